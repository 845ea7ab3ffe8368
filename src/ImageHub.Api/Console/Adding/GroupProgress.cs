using ImageHub.Domain.Images;

namespace ImageHub.Api.Console.Adding;

/// <summary>A group and what has become of its files so far.</summary>
internal sealed class GroupProgress
{
    private readonly Outcome?[] outcomes;
    private readonly TaskCompletionSource[] ended;
    private readonly Task[] namesakes;
    private int left;

    public GroupProgress(PlannedGroup planned)
    {
        Planned = planned;
        left = planned.Files.Count;
        outcomes = new Outcome?[left];
        ended = [.. planned.Files.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        namesakes = [.. Namesakes(planned.Files)];
    }

    public PlannedGroup Planned { get; }

    /// <summary>The group on the server, once it is known.</summary>
    public TargetGroup? Target { get; set; }

    public bool IsDone => left == 0;

    public IEnumerable<Outcome> Outcomes => outcomes.OfType<Outcome>();

    /// <summary>The images of the group that belong to the folder, in its order.</summary>
    public IReadOnlyCollection<(Guid Id, bool IsNew)> Rows
    {
        get
        {
            var made = Outcomes.Where(outcome => outcome.Kind == OutcomeKind.Uploaded).Select(outcome => outcome.ImageId).ToHashSet();
            return [.. Outcomes.Select(outcome => outcome.ImageId).OfType<Guid>().Distinct().Select(id => (id, made.Contains(id)))];
        }
    }

    /// <summary>Ends when the file before this one that has its name has ended: of two files with one name the first shall win.</summary>
    public Task Namesake(int index) => namesakes[index];

    /// <summary>Notes what became of a file.</summary>
    public void End(int index, Outcome outcome)
    {
        outcomes[index] = outcome;
        ended[index].SetResult();
    }

    /// <summary>Counts a file as done; true when it was the last and there is a group to put into order.</summary>
    public bool CountDown() => Interlocked.Decrement(ref left) == 0 && Target is not null;

    private IEnumerable<Task> Namesakes(IReadOnlyList<LocalFile> files)
    {
        // As the server compares them.
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, file) in files.Index())
        {
            var name = FileName.Sanitize(file.Name);
            yield return last.TryGetValue(name, out var before) ? ended[before].Task : Task.CompletedTask;
            last[name] = index;
        }
    }
}
