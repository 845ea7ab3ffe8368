using ImageHub.Testing;

namespace ImageHub.ApiTests.StartUp;

/// <summary>A few runs of the crash driver, which kills or disturbs servers under load and compares them with a model.</summary>
public sealed class FaultsTests
{
    /// <summary>The first of three seeds: their runs kill the server, end it at a named point, and let a named point fail.</summary>
    private const int FirstSeed = 69;

    /// <summary>The first of three seeds: their runs move the clock, and make the S3 server return wrong bytes or 503.</summary>
    private const int FirstTrouble = 3;

    /// <summary>The first of three seeds: their runs kill one of two servers, let their S3 server refuse requests, and kill one of the servers again.</summary>
    private const int FirstPair = 20;

    /// <summary>Long enough for any machine. The driver's default limit is too short while other tests run at the same time.</summary>
    private const int LimitSeconds = 600;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_a_server_is_killed_or_fails_at_a_named_point() =>
        (await TestPrograms.RunAsync("ImageHub.Faults", "--seed", $"{FirstSeed}", "--runs", "3", "--limit", $"{LimitSeconds}"))
            .ShouldMatch("^3 runs, [1-9][0-9]* acknowledged changes, .* 0 failed$");

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_clock_jumps_or_an_S3_server_refuses_or_returns_wrong_bytes() =>
        (await TestPrograms.RunAsync("ImageHub.Faults", "--troubles", "--seed", $"{FirstTrouble}", "--runs", "3", "--limit", $"{LimitSeconds}"))
            .ShouldMatch("^3 runs, [1-9][0-9]* acknowledged changes, .* 0 failed$");

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_one_of_two_servers_is_killed_or_their_S3_server_refuses() =>
        (await TestPrograms.RunAsync("ImageHub.Faults", "--pairs", "--seed", $"{FirstPair}", "--runs", "3", "--limit", $"{LimitSeconds}"))
            .ShouldMatch("^3 runs, [1-9][0-9]* acknowledged changes, .* 0 failed$");
}
