using ImageHub.Api.Health;
using ImageHub.Infrastructure;

namespace ImageHub.Api.Console;

/// <summary>The few lines that a start prints.</summary>
internal static class Banner
{
    public static void Write(WebApplication app)
    {
        var startUp = app.Services.GetRequiredService<StartUp>();
        var output = System.Console.Out;
        output.WriteLine($"ImageHub {WelcomeEndpoint.Version}");
        output.WriteLine($"  listens on {string.Join(", ", app.Urls)}  (API documentation at /docs, Ctrl-C stops)");
        foreach (var part in startUp.Parts)
        {
            output.WriteLine($"  {part}");
        }

        if (FirstAdmin(startUp) is { } line)
        {
            output.WriteLine($"  {line}");
        }
    }

    /// <summary>The line about the admin that this start has made, or null. A generated password is shown nowhere else.</summary>
    public static string? FirstAdmin(StartUp startUp) => startUp.FirstAdmin switch
    {
        null => null,
        { GeneratedPassword: { } password } admin => $"first admin: {admin.UserName}, password: {password}  (shown this once)",
        { } admin => $"first admin: {admin.UserName}, with the password from the settings",
    };
}
