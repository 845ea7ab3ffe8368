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

        if (startUp.FirstAdmin is { } admin)
        {
            output.WriteLine(admin.GeneratedPassword is { } password
                ? $"  first admin: {admin.UserName}, password: {password}  (shown this once)"
                : $"  first admin: {admin.UserName}, with the password from the settings");
        }
    }
}
