using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Testing.Database;
using Shouldly;
using Xunit;

namespace ImageHub.Testing;

/// <summary>
/// The real program in a separate process, with the embedded PostgreSQL. Tests kill and measure it. <see cref="StartAndSignInAsync"/> copies a prepared
/// data directory by default, because a first start takes twice as long as a later one.
/// </summary>
/// <param name="dataDirectory">The data directory, deleted on disposal; null creates one, in memory if enough memory is free.</param>
public sealed class ImageHubProcess(string? dataDirectory = null) : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Begun = new(BeginAsync);

    private readonly StringBuilder output = new();
    private Process? process;

    /// <summary>The data directory; it outlives the process.</summary>
    public string DataDirectory { get; } = dataDirectory ?? TemporaryFolders.Create();

    /// <summary>Environment variables that add to the defaults or replace them.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether <see cref="StartAndSignInAsync"/> starts with an empty data directory.</summary>
    public bool IsFirstStart { get; init; }

    /// <summary>The folder that contains the program.</summary>
    public string Folder { get; init; } = AppContext.BaseDirectory;

    /// <summary>The command that starts the program's file.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = ["dotnet"];

    /// <summary>The program's file and its arguments; a change applies to the next start.</summary>
    public IReadOnlyList<string> Program { get; set; } = ["ImageHub.Api.dll"];

    /// <summary>The program's <c>PATH</c>; if set, the program inherits no other environment variables.</summary>
    public string? OnlyPath { get; init; }

    /// <summary>The output so far.</summary>
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

    /// <summary>Whether the started program has ended.</summary>
    public bool HasExited => process!.HasExited;

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

    /// <summary>Runs the program until it exits.</summary>
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
            // Keep owners and modes: PostgreSQL checks them.
            using var copying = Process.Start("cp", ["-a", await Begun.Value + "/.", DataDirectory]);
            await copying.WaitForExitAsync();
            copying.ExitCode.ShouldBe(0);
        }

        var client = await StartAsync();
        await client.EventuallyPreparedAsync();
        await SignInAsync(client);
        return client;
    }

    /// <summary>Signs a client in as the admin.</summary>
    public static async Task SignInAsync(HttpClient client)
    {
        var body = new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword };
        var pair = await client.PostAsJsonAsync("/api/v1/auth/login", body).JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.Text("accessToken"));
    }

    /// <summary>Waits for a line of output, because the log is written asynchronously.</summary>
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

    /// <summary>Kills the program with SIGKILL, like a power cut.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>
    /// Sends SIGTERM, as a service manager does, and waits until the program has ended. (Programs that a script starts in the background ignore SIGINT.)
    /// </summary>
    public async Task StopAsync()
    {
        await ProcessSignals.SendAsync("TERM", ProcessId);
        await EndAsync();
    }

    /// <summary>Waits until the program has ended.</summary>
    /// <param name="limit">How long to wait; null is a minute.</param>
    public Task EndAsync(TimeSpan? limit = null) => process!.WaitForExitAsync().WaitAsync(limit ?? TimeSpan.FromMinutes(1));

    /// <summary>The peak resident memory, in bytes.</summary>
    public long PeakResidentBytes()
    {
        var line = File.ReadLines($"/proc/{ProcessId}/status").Single(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The current resident memory of the program and all its descendant processes, in bytes. PostgreSQL is left out, because its processes share most of
    /// their memory.
    /// </summary>
    public long ResidentBytes() => OwnResidentBytes() + WorkersResidentBytes().Sum();

    /// <summary>The current resident memory of the program without its descendant processes, in bytes.</summary>
    public long OwnResidentBytes() => ResidentBytes(ProcessId);

    /// <summary>The current resident memory of each descendant process, in bytes, without PostgreSQL's processes.</summary>
    public IReadOnlyList<long> WorkersResidentBytes() =>
        [.. Descendants(ProcessId).Where(id => !ReadOrNothing(id, "comm").StartsWith("postgres", StringComparison.Ordinal)).Select(ResidentBytes)];

    /// <returns>A data directory to copy. Its database contains only the schema and the admin.</returns>
    private static async Task<string> BeginAsync()
    {
        var first = new ImageHubProcess { IsFirstStart = true };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(first.DataDirectory, recursive: true);
        (await first.StartAndSignInAsync()).Dispose();
        await first.StopAsync();
        return first.DataDirectory;
    }

    /// <summary>Finds processes that the program has started, directly or not, by their command lines.</summary>
    /// <param name="isSought">Returns whether a command line belongs to a process to find. Spaces separate its arguments.</param>
    public IReadOnlyList<int> FindDescendants(Func<string, bool> isSought) => FindDescendants(ProcessId, isSought);

    /// <summary>Finds processes that a process has started, directly or not, by their command lines.</summary>
    /// <param name="ancestor">The process id of the first process.</param>
    /// <param name="isSought">Returns whether a command line belongs to a process to find. Spaces separate its arguments.</param>
    public static IReadOnlyList<int> FindDescendants(int ancestor, Func<string, bool> isSought) =>
        [.. Descendants(ancestor).Where(id => isSought(ReadOrNothing(id, "cmdline").Replace('\0', ' ')))];

    private static List<int> Descendants(int ancestor)
    {
        // proc(5): the process id, its name in parentheses, its state, its parent.
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id != 0)
            .Select(id => (Id: id, Fields: ReadOrNothing(id, "stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Where(one => one.Fields.Length > 1)
            .ToLookup(one => int.Parse(one.Fields[1], CultureInfo.InvariantCulture), one => one.Id);
        var all = parents[ancestor].ToList();
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(parents[all[i]]);
        }

        return all;
    }

    // proc(5): the total and the resident size, in pages.
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
            // The process has ended.
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await StopAsync();
        }
        else if (process is not null)
        {
            // Shown if the test fails.
            TestContext.Current.TestOutputHelper?.WriteLine($"The program exited with {process.ExitCode}:\n{Output}");
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
        var start = new ProcessStartInfo(Launcher[0], [.. Launcher.Skip(1), Path.Combine(Folder, Program[0]), .. Program.Skip(1)])
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
            ["Imaging__Large__Width"] = "1400",
            ["Imaging__Large__Height"] = "1050",
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
