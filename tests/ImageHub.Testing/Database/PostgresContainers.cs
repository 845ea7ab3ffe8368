using Testcontainers.PostgreSql;

namespace ImageHub.Testing.Database;

/// <summary>PostgreSQL in a container of docker or podman. Testcontainers removes the container when the test process ends.</summary>
internal static class PostgresContainers
{
    private const string Image = "docker.io/library/postgres:18";

    // The data is temporary, so writes need not reach the disk. Many connections are allowed, because every test class opens its own.
    private static readonly string[] Settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"];

    // Testcontainers finds the socket of docker, but not of podman.
    private static readonly string[] PodmanSockets = [$"{Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")}/podman/podman.sock", "/run/podman/podman.sock"];

    /// <summary>
    /// Describes the container; <c>StartAsync</c> pulls the image if it is missing. Testcontainers throws a <c>DockerUnavailableException</c> if it finds
    /// neither docker nor podman.
    /// </summary>
    public static PostgreSqlContainer Build()
    {
        var builder = new PostgreSqlBuilder(Image).WithCommand([.. Settings.SelectMany(setting => new[] { "-c", setting })]);
        var podman = PodmanSockets.FirstOrDefault(File.Exists);
        return (File.Exists("/var/run/docker.sock") || podman is null ? builder : builder.WithDockerEndpoint($"unix://{podman}")).Build();
    }
}
