using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Npgsql;

namespace ImageHub.ApiTests.Delivery;

/// <summary>Visitors read on two instances while admins hide, delete and move images on both: no answer is older than a second.</summary>
public sealed class KeptAnswersUnderLoadTests(TwoInstances instances) : IClassFixture<TwoInstances>
{
    private const int Subjects = 8;
    private const int Readers = 4;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly List<string> wrong = [];
    private int reads;
    private int judged;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_hidden_deleted_or_moved_image_is_served_a_second_later(bool isListenerCut)
    {
        List<Subject> subjects = [];
        for (var i = 0; i < Subjects; i++)
        {
            var admin = instances.Admins[i % 2];
            var (here, there) = (await admin.CreateGroupAsync($"Here {i}"), await admin.CreateGroupAsync($"There {i}"));
            subjects.Add(new Subject(here, there, await admin.AddImageAsync(here, "a.jpg", TestImages.Jpeg(seed: 100 + i))));
        }

        using var end = new CancellationTokenSource();
        await Task.WhenAll(
        [
            EndAsync(end),
            .. subjects.Select((subject, i) => ChangeAsync(subject, i, end.Token)),
            .. Enumerable.Range(0, 2 * Readers).Select(i => ReadAsync(instances.NewGuest(i % 2), subjects, new Random(i), end.Token)),
            isListenerCut ? CutAsync(end.Token) : Task.CompletedTask,
        ]);

        wrong.ShouldBeEmpty();
    }

    /// <summary>Ends the test after the planned duration. On a busy machine, first waits until there are enough answers.</summary>
    private async Task EndAsync(CancellationTokenSource end)
    {
        await Task.Delay(Duration);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            while (Volatile.Read(ref reads) <= 200 || Volatile.Read(ref judged) <= 50)
            {
                await Task.Delay(100, patience.Token);
            }
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    /// <summary>Hides, deletes and moves the image, leaving each state long enough for visitors to request it more than a second later.</summary>
    private async Task ChangeAsync(Subject subject, int number, CancellationToken cancellationToken)
    {
        var random = new Random(number);
        for (var round = number; !cancellationToken.IsCancellationRequested; round++)
        {
            var admin = instances.Admins[random.Next(2)];
            var (isVisible, isHere) = (subject.Now.IsVisible, subject.Now.IsHere);
            subject.Begin();
            switch (round % 3)
            {
                case 0:
                    await admin.PatchAsJsonAsync($"/api/v1/groups/{subject.Here}", new { isPublished = !isVisible }, CancellationToken.None).StatusAsync(HttpStatusCode.OK);
                    await admin.PatchAsJsonAsync($"/api/v1/groups/{subject.There}", new { isPublished = !isVisible }, CancellationToken.None).StatusAsync(HttpStatusCode.OK);
                    isVisible = !isVisible;
                    break;
                case 1 when isVisible:
                    await admin.DeleteAsync($"/api/v1/images/{subject.Image}", CancellationToken.None).StatusAsync(HttpStatusCode.NoContent);
                    subject.End(isVisible: false, isHere);
                    await PauseAsync(cancellationToken);
                    subject.Begin();
                    await admin.PostAsync($"/api/v1/images/{subject.Image}/restore", null, CancellationToken.None).StatusAsync(HttpStatusCode.NoContent);
                    break;
                default:
                    isHere = !isHere;
                    await admin.PatchAsJsonAsync($"/api/v1/images/{subject.Image}", new { groupId = isHere ? subject.Here : subject.There }, CancellationToken.None).StatusAsync(HttpStatusCode.OK);
                    break;
            }

            subject.End(isVisible, isHere);
            await PauseAsync(cancellationToken);
        }
    }

    private static Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(Grace + TimeSpan.FromSeconds(0.5), CancellationToken.None).WaitAsync(cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);

    private async Task ReadAsync(HttpClient visitor, List<Subject> subjects, Random random, CancellationToken cancellationToken)
    {
        using (visitor)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var subject = subjects[random.Next(subjects.Count)];
                var before = subject.Now;
                var isOld = !before.IsChanging && Stopwatch.GetElapsedTime(before.Since) > Grace;
                var kind = random.Next(5);
                var url = kind switch
                {
                    0 => $"/api/v1/groups?pageSize=100",
                    1 => $"/api/v1/groups/{subject.Here}/images",
                    2 => $"/api/v1/groups/{subject.There}/images",
                    3 => $"/api/v1/images/{subject.Image}",
                    _ => $"/api/v1/images/{subject.Image}/low?r=1",
                };

                // Readers without a pause would take processor time from the admins, whose changes the test needs.
                await Task.Delay(10, CancellationToken.None);
                using var answer = await visitor.GetAsync(url, CancellationToken.None);
                var body = kind == 4 ? "" : await answer.Content.ReadAsStringAsync(CancellationToken.None);
                Interlocked.Increment(ref reads);
                if (!isOld || subject.Now != before)
                {
                    continue;
                }

                Interlocked.Increment(ref judged);
                var isShown = kind switch
                {
                    0 => body.Contains(subject.Image.ToString(), StringComparison.Ordinal),
                    1 or 2 => body.Contains(subject.Image.ToString(), StringComparison.Ordinal),
                    _ => answer.StatusCode == HttpStatusCode.OK,
                };
                var shouldBe = before.IsVisible && kind switch { 1 => before.IsHere, 2 => !before.IsHere, _ => true };
                if (isShown != shouldBe)
                {
                    lock (wrong)
                    {
                        wrong.Add($"{url} {(int)answer.StatusCode}, shown: {isShown}, {Stopwatch.GetElapsedTime(before.Since).TotalMilliseconds:0} ms after {before}");
                    }
                }
            }
        }
    }

    /// <summary>Repeatedly closes the connections that listen for notifications.</summary>
    private async Task CutAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(instances.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        while (!cancellationToken.IsCancellationRequested)
        {
            await using var cut = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'", connection);
            await cut.ExecuteNonQueryAsync(CancellationToken.None);
            await Task.Delay(200, CancellationToken.None);
        }
    }

    /// <summary>An image in one of two groups, and its current state.</summary>
    private sealed class Subject(Guid here, Guid there, Guid image)
    {
        private volatile State now = new(IsVisible: true, IsHere: true, IsChanging: false, Stopwatch.GetTimestamp());

        public Guid Here => here;

        public Guid There => there;

        public Guid Image => image;

        public State Now => now;

        public void Begin() => now = now with { IsChanging = true };

        public void End(bool isVisible, bool isHere) => now = new State(isVisible, isHere, IsChanging: false, Stopwatch.GetTimestamp());
    }

    private sealed record State(bool IsVisible, bool IsHere, bool IsChanging, long Since);
}
