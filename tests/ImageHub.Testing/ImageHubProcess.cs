using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Testing.Database;
using Shouldly;

namespace ImageHub.Testing;

/// <summary>
/// The real program in a process of its own, with the embedded PostgreSQL, so that it can be killed and measured. Where a test signs in, it
/// finds a data directory that was begun before, unless the test is about the first start: that takes twice as long as a later one.
/// </summary>
/// <param name="dataDirectory">The data directory, which goes with this; null: one in memory, where there is plenty.</param>
public sealed class ImageHubProcess(string? dataDirectory = null) : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Begun = new(BeginAsync);

    private readonly StringBuilder output = new();
    private Process? process;

    /// <summary>The data directory, which survives the process.</summary>
    public string DataDirectory { get; } = dataDirectory ?? TemporaryFolders.Create();

    /// <summary>Environment variables beyond the defaults.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether <see cref="StartAndSignInAsync"/> finds an empty data directory.</summary>
    public bool IsFirstStart { get; init; }

    /// <summary>The folder of the program.</summary>
    public string Folder { get; init; } = AppContext.BaseDirectory;

    /// <summary>The program's <c>PATH</c>, which is then all that it gets of this process's environment variables.</summary>
    public string? OnlyPath { get; init; }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public int ProcessId => process!.Id;

    public int ExitCode => process!.ExitCode;

    /// <summary>Starts the program and waits until it listens.</summary>
    /// <returns>A client without credentials.</returns>
    public async Task<HttpClient> StartAsync()
    {
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Launch(line =>
        {
            const string marker = "listens on ";
            if (line.IndexOf(marker, StringComparison.Ordinal) is var at and >= 0)
            {
                listening.TrySetResult(line[(at + marker.Length)..].Split(' ', ',')[0]);
            }
        });
        var ended = process!.WaitForExitAsync();
        if (await Task.WhenAny(listening.Task, ended).WaitAsync(TimeSpan.FromMinutes(2)) == ended)
        {
            throw new InvalidOperationException($"The program ended: {Output}");
        }

        return new HttpClient { BaseAddress = new Uri(await listening.Task), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Runs the program until it ends by itself.</summary>
    public async Task RunAsync()
    {
        Launch(_ => { });
        await process!.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>Starts the program and signs in.</summary>
    public async Task<HttpClient> StartAndSignInAsync()
    {
        if (process is null && !IsFirstStart && !Environment.ContainsKey("ConnectionStrings__ImageHub"))
        {
            // With owners and modes, of which PostgreSQL is particular.
            using var copying = Process.Start("cp", ["-a", await Begun.Value + "/.", DataDirectory]);
            await copying.WaitForExitAsync();
            copying.ExitCode.ShouldBe(0);
        }

        var client = await StartAsync();
        await client.EventuallyPreparedAsync();
        var body = new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword };
        var pair = await client.PostAsJsonAsync("/api/v1/auth/login", body).JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.Text("accessToken"));
        return client;
    }

    /// <summary>Waits for a line of the output: the log is written behind the answers.</summary>
    /// <returns>The first line that contains the text.</returns>
    public async Task<string> LineAsync(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Ends the program as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks the program to end, as a service manager does. (Ctrl-C's signal is ignored by whatever is started in the background of a script.)</summary>
    public async Task StopAsync()
    {
        await ProcessSignals.SendAsync("TERM", ProcessId);
        await EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public Task EndAsync() => process!.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>The most memory it ever held, in bytes.</summary>
    public long PeakResidentBytes()
    {
        var line = File.ReadLines($"/proc/{ProcessId}/status").Single(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    /// <summary>What it and all that it has started hold in memory now, in bytes; without the database, whose processes share most of theirs.</summary>
    public long ResidentBytes() => ResidentBytes(ProcessId) + WorkersResidentBytes().Sum();

    /// <summary>What each process that it has started holds in memory now, in bytes; without the database.</summary>
    public IReadOnlyList<long> WorkersResidentBytes() =>
        [.. Descendants().Where(id => !ReadOrNothing(id, "comm").StartsWith("postgres", StringComparison.Ordinal)).Select(ResidentBytes)];

    /// <returns>A data directory, to be copied: the schema and the admin are there, and nothing else.</returns>
    private static async Task<string> BeginAsync()
    {
        var first = new ImageHubProcess { IsFirstStart = true };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(first.DataDirectory, recursive: true);
        (await first.StartAndSignInAsync()).Dispose();
        await first.StopAsync();
        return first.DataDirectory;
    }

    private List<int> Descendants()
    {
        // proc(5): the process id, its name in parentheses, its state, its parent.
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id != 0)
            .Select(id => (Id: id, Fields: ReadOrNothing(id, "stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Where(one => one.Fields.Length > 1)
            .ToLookup(one => int.Parse(one.Fields[1], CultureInfo.InvariantCulture), one => one.Id);
        var all = parents[ProcessId].ToList();
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(parents[all[i]]);
        }

        return all;
    }

    // proc(5): pages of the program's size and of those that are resident.
    private static long ResidentBytes(int process) =>
        ReadOrNothing(process, "statm").Split(' ') is [_, var pages, ..] ? long.Parse(pages, CultureInfo.InvariantCulture) * System.Environment.SystemPageSize : 0;

    private static string ReadOrNothing(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await StopAsync();
        }

        process?.Dispose();
        if (!Environment.ContainsKey("Logging__LogLevel__Default"))
        {
            LoggedSecrets.Look(Output);
        }

        Directory.Delete(DataDirectory, recursive: true);
    }

    private void Launch(Action<string> onLine)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Folder, "ImageHub.Api.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = DataDirectory,
        };
        if (OnlyPath is not null)
        {
            start.Environment.Clear();
            start.Environment["PATH"] = OnlyPath;
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ImageHub__DataDirectory"] = DataDirectory,
            ["Admin__Password"] = ImageHubServer.AdminPassword,
            ["Passwords__Cost"] = ImageHubServer.PasswordCost,
            ["Imaging__Alternates"] = "None",
        };
        foreach (var (name, value) in settings.Concat(Environment))
        {
            start.Environment[name] = value;
        }

        process = new Process { StartInfo = start };
        foreach (var subscribe in (Action<DataReceivedEventHandler>[])[handler => process.OutputDataReceived += handler, handler => process.ErrorDataReceived += handler])
        {
            subscribe((_, received) =>
            {
                if (received.Data is { } line)
                {
                    lock (output)
                    {
                        output.AppendLine(line);
                    }

                    onLine(line);
                }
            });
        }

        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }
}
