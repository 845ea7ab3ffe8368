using ImageHub.Api.Health;
using ImageHub.Infrastructure;

namespace ImageHub.Api.Console;

/// <summary>The messages printed at startup.</summary>
internal static class Banner
{
    /// <summary>Prints each message as soon as its values are known. Call it before the application starts.</summary>
    public static void Announce(WebApplication app, TextWriter output)
    {
        AnnounceFirstAdmin(app, output);
        app.Lifetime.ApplicationStarted.Register(() => Write(app, output));
    }

    /// <summary>Prints the first admin's password if it was generated.</summary>
    /// <param name="app">The application.</param>
    /// <param name="output">Where to print.</param>
    public static void AnnounceFirstAdmin(WebApplication app, TextWriter output) =>
        app.Services.GetRequiredService<StartUp>().OnFirstAdmin = admin =>
        {
            if (admin.GeneratedPassword is { } password)
            {
                output.WriteLine($"first admin: {admin.UserName}, password: {password}  (shown only once)");
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
