using System.Net;
using System.Net.Sockets;
using ImageHub.Api;
using ImageHub.Api.Console;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace ImageHub.ApiTests.StartUp;

/// <summary>Invalid settings. Each of them prevents the server from starting.</summary>
public sealed class WrongSettingTests : IDisposable
{
    private readonly string folder = TemporaryFolders.Create();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Imaging:MaxPixels", "0", "Imaging:MaxPixels")]
    [InlineData("Imaging:Low:Width", "0", "Imaging:Low")]
    [InlineData("Imaging:Medium:Width", "2000", "Imaging:Medium")]
    [InlineData("Uploads:MaxFiles", "-1", "Uploads:MaxFiles")]
    [InlineData("Uploads:ReadCaptions", "sometimes", "Uploads:ReadCaptions")]
    [InlineData("Thumbnails:MaxWaiting", "0", "Thumbnails:MaxWaiting")]
    [InlineData("Storage:Provider", "Floppy", "Storage:Provider")]
    [InlineData("Storage:Provider", "S3", "Storage:S3:ServiceUrl")]
    [InlineData("Storage:S3:Bucket", "photos", "Storage:Provider: it is FileSystem, but Storage:S3:Bucket is set; set Storage__Provider=S3, or remove the settings of S3.")]
    [InlineData("Storage:KeepOriginals", "maybe", "Storage:KeepOriginals")]
    [InlineData("Jwt:SigningKey", "c2hvcnQ=", "Jwt:SigningKey")]
    [InlineData("Jwt:SigningKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Jwt:SigningKey")]
    [InlineData("ConnectionStrings:ImageHub", "nonsense", "ConnectionStrings:ImageHub")]
    [InlineData("ConnectionStrings:ImageHub", "", "ConnectionStrings:ImageHub: it must be an Npgsql connection string with Host and Database; remove it to use the embedded PostgreSQL")]
    [InlineData("ConnectionStrings:ImagesHub", "Host=localhost;Database=x", "ConnectionStrings:ImagesHub: there is no such setting; the nearest is ConnectionStrings:ImageHub")]
    [InlineData("ConnectionStrings:ImageHub", "Host=localhost;Database=x", "Jwt:SigningKey")]
    [InlineData("Admin:Password", "short", "Admin:Password")]
    [InlineData("Admin:Password", "passwordpassword", "Admin:Password: it is on the list of common passwords")]
    [InlineData("Admin:Password", "admin.admin.admin", "Admin:Password: it is made of the user name")]
    [InlineData("ImageHub:DataDirectory", "/proc/nope", "ImageHub:DataDirectory: it is '/proc/nope', where the folder cannot be created:")]
    [InlineData("Storage:ScrubDays", "-1", "Storage:ScrubDays")]
    [InlineData("ForwardedHeaders:KnownProxies", "proxy", "ForwardedHeaders:KnownProxies")]
    [InlineData("ForwardedHeaders:KnownProxies", "10.0.0.0/33", "ForwardedHeaders:KnownProxies")]
    [InlineData("RateLimits:Redis", "localhost:6379,nonsense=1", "RateLimits:Redis")]
    [InlineData("RateLimits:Routes:GroupsList:Burst", "5", "RateLimits:Routes:GroupsList:PerMinute")]
    [InlineData("RateLimits:Routes:GroupsLift:Burst", "5", "RateLimits:Routes:GroupsLift")]
    [InlineData("Throttles:Links:Burst", "0", "Throttles:Links:Burst")]
    [InlineData("OneDrive:ClientId", "an-application", "OneDrive:RedirectUri")]
    [InlineData("Oidc:Authority", "http://login.example", "Oidc:Authority")]
    [InlineData("Oidc:Authority", "https://login.example/?tenant=1", "Oidc:Authority")]
    [InlineData("Oidc:Authority", "https://login.example", "Oidc:ClientId")]
    [InlineData("Oidc:Scopes", "profile", "Oidc:Scopes")]
    [InlineData("Oidc:AdminValues", "owners", "Oidc:RoleClaim")]
    [InlineData("Oidc:Only", "true", "Oidc:Only")]
    [InlineData("OneDrive:RedirectUri", "http://photos.example/api/v1/onedrive/callback", "OneDrive:RedirectUri")]
    [InlineData("OneDrive:GraphUrl", "http://graph.example/v1.0", "OneDrive:GraphUrl")]
    [InlineData("OneDrive:Authority", "login.microsoftonline.com", "OneDrive:Authority")]
    [InlineData("OneDrive:AllowedNetworks", "the office", "OneDrive:AllowedNetworks")]
    [InlineData("Shutdown:DeadlineSeconds", "-1", "Shutdown:DeadlineSeconds")]
    [InlineData("Web:PublicUrl", "photos.example", "Web:PublicUrl")]
    [InlineData("Web:PublicUrl", "https://photos.example/gallery", "Web:PublicUrl")]
    [InlineData("Web:AllowedOrigins", "https://studio.example, *", "Web:AllowedOrigins: it has '*'; each must be an origin such as https://studio.example")]
    [InlineData("Web:AllowedOrigins", "https://studio.example/app", "Web:AllowedOrigins: it has 'https://studio.example/app';")]
    [InlineData("Webhooks:Url", "http://receiver.example/", "Webhooks:Url: it begins with http://receiver.example; it must be an absolute https address")]
    [InlineData("Webhooks:Url", "https://receiver.example/", "Webhooks:Secret: it has 0 characters;")]
    [InlineData("Backup:Schedule", "2:30", "Backup:Schedule: it is '2:30'; it must be a time of day in UTC from 00:00 to 23:59, such as 02:30")]
    [InlineData("Backup:Passphrase", "short", "Backup:Passphrase: it has 5 characters; it must have at least 12")]
    [InlineData("Backup:SigningKey", "/nowhere/key.pem", "Backup:SigningKey: The signing key '/nowhere/key.pem' cannot be read: ")]
    [InlineData("Backup:Target", "s3://backups/daily", "Backup:Target: a bucket needs Backup__S3__ServiceUrl, an absolute http or https address, with Backup__S3__AccessKey and Backup__S3__SecretKey, or else Storage__S3__…, with Storage__Provider S3.")]
    [InlineData("Backup:Schedule", "02:30", "Backup:Target: it is ''; with Backup:Schedule it must be the absolute path of a folder, such as /backups, or s3://bucket or s3://bucket/prefix, with letters, digits, '.', '_' and '-' between the slashes")]
    [InlineData("Backup:Target", "https://bucket/prefix", "Backup:Target: it is 'https://bucket/prefix'")]
    [InlineData("Backup:Keep", "7", "Backup:Keep: it is '7'; it must be days, weeks and months such as 7d,4w,12m")]
    [InlineData("Delivery:AccelRedirect", "objects", "Delivery:AccelRedirect: it must be the path of a location, such as /objects/.")]
    [InlineData("Delivery:AccelRedirect", "/objects/../keys", "Delivery:AccelRedirect")]
    [InlineData("Delivery:AccelRedirect", "/objects/", "ForwardedHeaders:KnownProxies")]
    [InlineData("Uploads:MaxFile", "5", "Uploads:MaxFile: there is no such setting; the nearest is Uploads:MaxFiles.")]
    [InlineData("Imaging:Low:Hight", "200", "Imaging:Low:Hight: there is no such setting; the nearest is Imaging:Low:Height.")]
    [InlineData("Imaging:Low:Height:Pixels", "200", "Imaging:Low:Height:Pixels: there is no such setting; the nearest is Imaging:Low:Height.")]
    [InlineData("Storage:S3:Key", "x", "Storage:S3:Key: there is no such setting")]
    [InlineData("RateLimits:Routes:GroupsList:Bursts", "5", "RateLimits:Routes:GroupsList:Bursts: there is no such setting; the nearest is RateLimits:Routes:GroupsList:Burst.")]
    [InlineData("ForwardedHeaders:Proxies", "10.0.0.1", "ForwardedHeaders:Proxies: there is no such setting; the nearest is ForwardedHeaders:KnownProxies.")]
    [InlineData("Web:Colour", "blue", "Web:Colour: there is no such setting")]
    [InlineData("Metrics:Urls", "127.0.0.1:9464", "Metrics:Urls: it has '127.0.0.1:9464'; each must be an address such as http://127.0.0.1:9464, without a path")]
    [InlineData("Metrics:Urls", "http://127.0.0.1:9464; https://127.0.0.1:9465", "Metrics:Urls: it has 'https://127.0.0.1:9465';")]
    [InlineData("Metrics:Urls", "http://127.0.0.1:9464/metrics", "Metrics:Urls: it has 'http://127.0.0.1:9464/metrics';")]
    [InlineData("Metrics:Urls", "http://127.0.0.1:99999", "Metrics:Urls")]
    [InlineData("Metrics:Urls", "http://192.0.2.1:9464", "Metrics:Urls: it is 'http://192.0.2.1:9464':")]
    [InlineData("Metrics:Url", "http://127.0.0.1:9464", "Metrics:Url: there is no such setting; the nearest is Metrics:Urls.")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT: it is 'collector:4317'; it must be an address such as http://127.0.0.1:4317.")]
    public Task An_invalid_setting_stops_the_start_with_one_line_that_names_it(string name, string value, string key) =>
        ShouldStopTheStartAsync(key, (name, value));

    [Theory]
    [InlineData("uploads:MAXFILES", "5")]
    [InlineData("ForwardedHeaders:KnownProxies:0", "10.0.0.1")]
    [InlineData("RateLimits:Routes:groupslist:PerMinute", "5000")]
    [InlineData("Web", "a variable that another program has set")]
    [InlineData("Gallery:MaxFile", "5")]
    public async Task A_setting_in_another_case_or_of_another_program_does_not_stop_the_start(string name, string value)
    {
        await using var app = ImageHubApp.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ImageHub:DataDirectory"] = folder,
                ["RateLimits:Routes:GroupsList:Burst"] = "5000",
                ["RateLimits:Routes:GroupsList:PerMinute"] = "5000",
            });
            builder.Configuration[name] = value;
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        });

        app.Configuration[name].ShouldBe(value);
    }

    [Fact]
    public Task An_unknown_protocol_of_OTLP_stops_the_start() => ShouldStopTheStartAsync(
        "OTEL_EXPORTER_OTLP_PROTOCOL: it is 'http/json'; it must be grpc or http/protobuf.",
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"));

    [Fact]
    public async Task An_address_of_metrics_that_another_program_uses_stops_the_start()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://{other.LocalEndpoint}";

        await ShouldStopTheStartAsync($"Metrics:Urls: it is '{address}': Failed to bind to address {address}: address already in use", ("Metrics:Urls", address));
    }

    [Fact]
    public async Task Without_settings_nothing_subscribes_to_metrics_and_traces()
    {
        await using var app = ImageHubApp.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["ImageHub:DataDirectory"] = folder });
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        });

        app.Services.GetService(typeof(OpenTelemetry.Metrics.MeterProvider)).ShouldBeNull();
        app.Services.GetService(typeof(OpenTelemetry.Trace.TracerProvider)).ShouldBeNull();
    }

    [Fact]
    public Task A_missing_group_for_nginx_stops_the_start() => OperatingSystem.IsLinux()
        ? ShouldStopTheStartAsync(
            "Delivery:AccelGroup: there is no group 'no-such-group'",
            ("Delivery:AccelRedirect", "/objects/"),
            ("Delivery:AccelGroup", "no-such-group"),
            ("ForwardedHeaders:KnownProxies", "127.0.0.1"))
        : Task.CompletedTask;

    [Fact]
    public Task Sending_files_through_nginx_is_refused_with_S3_storage() => ShouldStopTheStartAsync(
        "Delivery:AccelRedirect",
        ("Delivery:AccelRedirect", "/objects/"),
        ("ForwardedHeaders:KnownProxies", "127.0.0.1"),
        ("Storage:Provider", "S3"),
        ("Storage:S3:ServiceUrl", "http://127.0.0.1:1"),
        ("Storage:S3:Bucket", "imagehub"),
        ("Storage:S3:AccessKey", "key"),
        ("Storage:S3:SecretKey", "secret"));

    [Fact]
    public Task An_address_that_this_machine_does_not_have_stops_the_start() => ShouldStopTheStartAsync(
        "ASPNETCORE_URLS: the server cannot listen at one of these addresses: ",
        "http://192.0.2.1:5080");

    private Task ShouldStopTheStartAsync(string key, params (string Name, string Value)[] settings) => ShouldStopTheStartAsync(key, "http://127.0.0.1:0", settings);

    private async Task ShouldStopTheStartAsync(string key, string url, params (string Name, string Value)[] settings)
    {
        var failure = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var app = ImageHubApp.Build([], builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["ImageHub:DataDirectory"] = folder,
                    ["Admin:Password"] = ImageHubServer.AdminPassword,
                });
                builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
                builder.WebHost.UseUrls(url);
            });
            await app.StartAsync();
        });

        var line = StartUpErrors.Explain(failure).ShouldNotBeNull(failure.ToString());
        line.ShouldNotContain('\n');
        line.ShouldContain(key);
        line.ShouldNotContain("Exception");
    }
}
