using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Storage;

namespace ImageHub.Faults;

/// <summary>One server with its data directory and store, or two servers with one database and one store. Runs use a site one after the other.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>The real program.</summary>
    private static readonly string[] RealProgram = ["ImageHub.Api.dll"];

    private readonly List<Server> servers = [];
    private PostgresServer? postgres;
    private bool isDatabaseStopped;
    private HttpClient? admin;

    private Site()
    {
    }

    /// <summary>The S3 server, if the objects are stored on one.</summary>
    public S3Server? S3 { get; private init; }

    /// <summary>The settings that name a data directory, the store and, for two servers, the shared database.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; private set; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>The data directory of each server.</summary>
    public IEnumerable<string> DataDirectories => servers.Select(server => server.Process.DataDirectory);

    /// <summary>The output of all servers so far.</summary>
    public string Output => string.Concat(servers.Select(server => server.Process.Output));

    /// <summary>Whether a server runs.</summary>
    public bool IsRunning => servers.Exists(server => server.Client is not null);

    /// <summary>Creates servers that do not run yet.</summary>
    /// <param name="store">The kind of object store.</param>
    /// <param name="count">The number of servers. Two share a database.</param>
    /// <param name="folder">The folder for new data directories and the shared database; null copies prepared data directories.</param>
    public static async Task<Site> CreateAsync(StoreKind store, int count = 1, string? folder = null)
    {
        S3Server? s3 = null;
        if (store == StoreKind.S3)
        {
            s3 = new S3Server();
            await s3.InitializeAsync();
        }

        var site = new Site { S3 = s3 };
        var shared = new Dictionary<string, string?>(s3?.Settings ?? [], StringComparer.Ordinal);
        if (count > 1)
        {
            site.postgres = new PostgresServer { Folder = folder is null ? null : Path.Combine(folder, "database") };
            shared["ConnectionStrings:ImageHub"] = await site.postgres.CreateDatabaseAsync();
            shared["Jwt:SigningKey"] = ImageHubServer.SigningKey;
        }

        for (var number = 0; number < count; number++)
        {
            var dataDirectory = folder is null ? null : Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"data-{number}"))).FullName;

            // Nothing flushes a copied data directory to the disk, but the first start of a server flushes a new one.
            var process = new ImageHubProcess(dataDirectory) { IsFirstStart = dataDirectory is not null };
            var settings = new Dictionary<string, string?>(shared, StringComparer.Ordinal) { ["ImageHub:DataDirectory"] = process.DataDirectory };
            foreach (var (key, value) in settings)
            {
                process.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value!;
            }

            // Requests are not logged: a run reads every file of its gallery several times in a few seconds.
            process.Environment["Logging__LogLevel__Default"] = "Warning";
            site.servers.Add(new Server(process));
            site.Settings = settings;
        }

        return site;
    }

    /// <summary>Starts the stopped servers, restarts servers that do not run the planned program, and signs in.</summary>
    /// <param name="plan">For a plan with a named point or a jumping clock, the first server is a <see cref="PointServer"/>; others are real programs.</param>
    public async Task<HttpClient> StartAsync(Plan? plan)
    {
        if (isDatabaseStopped)
        {
            await postgres!.StartAgainAsync();
            isDatabaseStopped = false;
        }

        admin ??= new HttpClient(Route(new SocketsHttpHandler())) { Timeout = TimeSpan.FromMinutes(5) };
        foreach (var server in servers)
        {
            await StartAsync(server, server == servers[0] && plan?.Victim is Victim.PointEnds or Victim.PointThrows or Victim.Clock ? plan : null);
        }

        admin.BaseAddress ??= servers[0].Client!.BaseAddress;

        // The session may have ended.
        await ImageHubProcess.SignInAsync(admin);
        return admin;
    }

    private static async Task StartAsync(Server server, Plan? own)
    {
        var process = server.Process;
        if (server.Client is not null && own is null && ReferenceEquals(process.Program, RealProgram))
        {
            // PostgreSQL may be restarting.
            await server.Client.EventuallyReadyAsync();
            return;
        }

        await StopAsync(server);
        process.Program = own is null ? RealProgram : ["ImageHub.Faults.dll", PointServer.Argument];
        if (own is not null)
        {
            foreach (var (name, value) in PointServer.Environment(own))
            {
                process.Environment[name] = value;
            }
        }

        server.Client = await process.StartAndSignInAsync();
    }

    /// <summary>Wraps a client's handler in one that chooses a running server for each request.</summary>
    public HttpMessageHandler Route(HttpMessageHandler handler) =>
        new Balancer(() => [.. servers.Select(server => server.Client?.BaseAddress).OfType<Uri>()]) { InnerHandler = handler };

    /// <summary>Finds the render workers of all servers.</summary>
    public IReadOnlyList<int> FindWorkers() =>
        [.. servers.Where(server => server.Client is not null).SelectMany(server => server.Process.FindDescendants(command => command.Contains("ImageHub.Api.dll", StringComparison.Ordinal)))];

    /// <summary>Finds processes of the database by their command lines.</summary>
    public IReadOnlyList<int> FindDatabase(Func<string, bool> isSought) =>
        postgres is null ? servers[0].Process.FindDescendants(isSought) : ImageHubProcess.FindDescendants(Environment.ProcessId, isSought);

    /// <summary>Moves the clock of the first server.</summary>
    /// <returns>The description of the change.</returns>
    public async Task<string> JumpAsync(int hours)
    {
        await servers[0].Client!.GetAsync(PointServer.JumpPath(hours)).StatusAsync(HttpStatusCode.OK);
        return string.Create(CultureInfo.InvariantCulture, $"the clock jumped by {hours} h");
    }

    /// <summary>Arms the points of the first server.</summary>
    public Task ArmAsync() => servers[0].Client!.GetAsync(PointServer.ArmPath).StatusAsync(HttpStatusCode.OK);

    /// <summary>Kills the first server.</summary>
    public Task KillAsync() => KillAsync(0);

    /// <summary>Kills a server.</summary>
    public async Task KillAsync(int number)
    {
        servers[number].Forget();
        await servers[number].Process.KillAsync();
    }

    /// <summary>Ends everything that uses the disk: kills all servers with their own databases, and stops a shared database.</summary>
    public async Task EndAllAsync()
    {
        for (var number = 0; number < servers.Count; number++)
        {
            await KillAsync(number);
        }

        if (postgres is not null)
        {
            isDatabaseStopped = true;
            await postgres.StopAsync();
        }
    }

    /// <summary>Waits until the first server has ended by itself.</summary>
    public async Task EndAsync()
    {
        await servers[0].Process.EndAsync(Timeout.InfiniteTimeSpan);
        servers[0].Forget();
    }

    private static async Task StopAsync(Server server)
    {
        if (server.Client is not null)
        {
            server.Forget();
            await server.Process.StopAsync();
        }
    }

    /// <summary>Runs a command of the real program with the settings of this site.</summary>
    public async Task<(int ExitCode, string Output)> RunCommandAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, RealProgram[0]), .. arguments, .. Settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var command = Process.Start(start)!;
        var texts = await Task.WhenAll(command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync();
        return (command.ExitCode, string.Concat(texts));
    }

    public async ValueTask DisposeAsync()
    {
        admin?.Dispose();
        foreach (var server in servers)
        {
            server.Forget();
            await server.Process.DisposeAsync();
        }

        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }

        if (S3 is not null)
        {
            await S3.DisposeAsync();
        }
    }

    /// <summary>A server and, while it runs, its client.</summary>
    private sealed class Server(ImageHubProcess process)
    {
        public ImageHubProcess Process => process;

        public HttpClient? Client { get; set; }

        public void Forget()
        {
            Client?.Dispose();
            Client = null;
        }
    }
}
