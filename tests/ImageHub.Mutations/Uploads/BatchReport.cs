using System.Text.Json;
using ImageHub.Application.Errors;
using ImageHub.Testing;

namespace ImageHub.Mutations.Uploads;

/// <summary>A server's answer to a batch.</summary>
internal sealed class BatchReport
{
    private readonly Dictionary<int, JsonElement> uploaded = [];
    private readonly Dictionary<int, (string Code, string Text)> refused = [];

    /// <param name="answer">The body of the answer.</param>
    public BatchReport(JsonElement answer)
    {
        foreach (var file in answer.Items("uploaded"))
        {
            uploaded.Add(file.GetProperty("index").GetInt32(), file);
        }

        foreach (var (list, text) in ((string, string)[])[("skipped", "reason"), ("failed", "error")])
        {
            foreach (var file in answer.Items(list))
            {
                refused.Add(file.GetProperty("index").GetInt32(), (file.Text("code")!, file.Text(text)!));
            }
        }
    }

    /// <summary>The id of a stored file's image, or null.</summary>
    public Guid? FindImage(int index) => uploaded.TryGetValue(index, out var file) ? file.Id() : null;

    /// <summary>The result of a file: <c>stored</c>, the problem's code, or <c>missing</c>.</summary>
    public string FindResult(int index) => uploaded.ContainsKey(index) ? "stored" : refused.TryGetValue(index, out var problem) ? problem.Code : "missing";

    /// <summary>The result of a file, with the error's text. Digits are removed, so that similar errors are counted together.</summary>
    public string FindOutcome(int index) =>
        refused.TryGetValue(index, out var problem) ? $"{problem.Code}: {string.Concat(problem.Text.Where(character => !char.IsAsciiDigit(character)))}" : FindResult(index);

    /// <summary>Whether the server has decided a file: it is stored, or refused with a problem that the file causes.</summary>
    public bool IsDecided(int index) => uploaded.ContainsKey(index)
        || (refused.TryGetValue(index, out var refusal) && Problems.All.Any(problem => problem.Code == refusal.Code && problem.IsCausedByCaller));
}
