using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Storage;

namespace ImageHub.Faults;

/// <summary>A server with its data directory and store, which several runs use one after the other.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>The real program.</summary>
    private static readonly string[] RealProgram = ["ImageHub.Api.dll"];

    private readonly ImageHubProcess process;
    private HttpClient? admin;

    private Site(ImageHubProcess process, S3Server? s3) => (this.process, S3) = (process, s3);

    /// <summary>The S3 server, if one has the objects.</summary>
    public S3Server? S3 { get; }

    /// <summary>The running server.</summary>
    public ImageHubProcess Process => process;

    /// <summary>The settings that name the data directory and the store.</summary>
    public Dictionary<string, string?> Settings { get; private init; } = [];

    /// <summary>Creates a server that does not run yet.</summary>
    /// <param name="store">The kind of object store.</param>
    /// <param name="dataDirectory">The data directory, which is created and in which the server starts for the first time; null creates one from a copy.</param>
    public static async Task<Site> CreateAsync(StoreKind store, string? dataDirectory = null)
    {
        S3Server? s3 = null;
        if (store == StoreKind.S3)
        {
            s3 = new S3Server();
            await s3.InitializeAsync();
        }

        if (dataDirectory is not null)
        {
            Directory.CreateDirectory(dataDirectory);
        }

        // A copied data directory would not be on the disk yet: nothing flushes copies. The server's own first start must.
        var server = new ImageHubProcess(dataDirectory) { IsFirstStart = dataDirectory is not null };
        var settings = new Dictionary<string, string?>(s3?.Settings ?? [], StringComparer.Ordinal) { ["ImageHub:DataDirectory"] = server.DataDirectory };
        foreach (var (key, value) in settings)
        {
            server.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value!;
        }

        // A run reads every file of its gallery several times in a few seconds.
        server.Environment["Logging__LogLevel__Default"] = "Warning";
        return new Site(server, s3) { Settings = settings };
    }

    /// <summary>Whether the server runs.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Starts the server, or goes on with the running one, and signs in.</summary>
    /// <param name="plan">A plan with a named point or a clock that jumps starts a server that has it; null and other plans start the real program.</param>
    public async Task<HttpClient> StartAsync(Plan? plan)
    {
        var needsOwn = plan?.Victim is Victim.PointEnds or Victim.PointThrows or Victim.Clock;
        if (IsRunning && !needsOwn && ReferenceEquals(process.Program, RealProgram))
        {
            // The session may end during the run. PostgreSQL may be restarting.
            await admin!.EventuallyReadyAsync();
            await ImageHubProcess.SignInAsync(admin!);
            return admin!;
        }

        await StopAsync();
        process.Program = needsOwn ? ["ImageHub.Faults.dll", PointServer.Argument] : RealProgram;
        if (needsOwn)
        {
            foreach (var (name, value) in PointServer.Environment(plan!))
            {
                process.Environment[name] = value;
            }
        }

        admin = await process.StartAndSignInAsync();
        IsRunning = true;
        return admin;
    }

    /// <summary>Moves the server's clock.</summary>
    /// <returns>What was moved.</returns>
    public async Task<string> JumpAsync(int hours)
    {
        await admin!.GetAsync(PointServer.JumpPath(hours)).StatusAsync(HttpStatusCode.OK);
        return string.Create(CultureInfo.InvariantCulture, $"the clock jumped by {hours} h");
    }

    /// <summary>Kills the server.</summary>
    public async Task KillAsync()
    {
        IsRunning = false;
        await process.KillAsync();
    }

    /// <summary>Waits until the server has ended by itself.</summary>
    public async Task EndAsync()
    {
        await process.EndAsync(Timeout.InfiniteTimeSpan);
        IsRunning = false;
    }

    /// <summary>Stops the server if it runs.</summary>
    public async Task StopAsync()
    {
        if (IsRunning)
        {
            IsRunning = false;
            await process.StopAsync();
        }
    }

    /// <summary>Runs a command of the real program with the settings of this server.</summary>
    public async Task<(int ExitCode, string Output)> RunCommandAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, RealProgram[0]), .. arguments, .. Settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var command = System.Diagnostics.Process.Start(start)!;
        var texts = await Task.WhenAll(command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync();
        return (command.ExitCode, string.Concat(texts));
    }

    public async ValueTask DisposeAsync()
    {
        admin?.Dispose();
        await process.DisposeAsync();
        if (S3 is not null)
        {
            await S3.DisposeAsync();
        }
    }
}
