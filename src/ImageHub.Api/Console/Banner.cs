using ImageHub.Api.Health;
using ImageHub.Infrastructure;

namespace ImageHub.Api.Console;

/// <summary>The few lines that a start prints.</summary>
internal static class Banner
{
    /// <summary>Prints them as soon as each is known. To be called before the start.</summary>
    public static void Announce(WebApplication app, TextWriter output)
    {
        AnnounceFirstAdmin(app, output);
        app.Lifetime.ApplicationStarted.Register(() => Write(app, output));
    }

    /// <summary>Prints the password of the admin that the start makes, if it was generated.</summary>
    public static void AnnounceFirstAdmin(WebApplication app, TextWriter output) =>
        app.Services.GetRequiredService<StartUp>().OnFirstAdmin = admin =>
        {
            if (admin.GeneratedPassword is { } password)
            {
                output.WriteLine($"first admin: {admin.UserName}, password: {password}  (shown this once)");
            }
        };

    private static void Write(WebApplication app, TextWriter output)
    {
        output.WriteLine($"ImageHub {WelcomeEndpoint.Version}");
        output.WriteLine($"  listens on {string.Join(", ", app.Urls)}  (API documentation at /docs, Ctrl-C stops)");
        foreach (var part in app.Services.GetRequiredService<StartUp>().Parts)
        {
            output.WriteLine($"  {part}");
        }
    }
}
