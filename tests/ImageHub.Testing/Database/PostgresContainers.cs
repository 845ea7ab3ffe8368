using Testcontainers.PostgreSql;

namespace ImageHub.Testing.Database;

/// <summary>PostgreSQL in a container of docker or podman. Testcontainers removes the container when the test process ends.</summary>
internal static class PostgresContainers
{
    private const string Image = "docker.io/library/postgres:18";

    // Nothing is kept, so nothing waits for the disk; every test class has connections of its own.
    private static readonly string[] Settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"];

    // Testcontainers finds docker by itself.
    private static readonly string[] PodmanSockets = [$"{Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")}/podman/podman.sock", "/run/podman/podman.sock"];

    /// <summary>Describes the container; its <c>StartAsync</c> pulls the image where it is missing.</summary>
    /// <exception cref="ArgumentException">Neither docker nor podman's socket is there.</exception>
    public static PostgreSqlContainer Build()
    {
        var builder = new PostgreSqlBuilder(Image).WithCommand([.. Settings.SelectMany(setting => new[] { "-c", setting })]);
        var podman = PodmanSockets.FirstOrDefault(File.Exists);
        return (File.Exists("/var/run/docker.sock") || podman is null ? builder : builder.WithDockerEndpoint($"unix://{podman}")).Build();
    }
}
