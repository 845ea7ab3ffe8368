using ImageHub.Api;
using ImageHub.Api.Console;

return await StartUpErrors.ReportAsync(async () =>
{
    await using var app = ImageHubApp.Build(args);
    app.Lifetime.ApplicationStarted.Register(() => Banner.Write(app));
    await app.RunAsync();
});
