using ImageHub.Testing;

namespace ImageHub.ApiTests.StartUp;

/// <summary>A short run of the soak, which puts a server under twice the load that it sustains. Times and resources are judged in long runs only.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class SoakTests
{
    [Fact]
    public async Task A_server_under_too_much_load_refuses_the_rest_and_loses_nothing() =>
        (await TestPrograms.RunAsync("ImageHub.Soak", "--minutes", "0.25")).ShouldBe("0.25 minutes, 0 findings");
}
