using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImageHub.Testing;

namespace ImageHub.Benchmarks;

/// <summary>The upload of many photographs in one request to the real program, until the program has reported all of them as durable.</summary>
internal static class UploadRows
{
    private const int Rounds = 3;
    private const int Count = 300;
    private const int CaptionRounds = 30;
    private const int WarmUpRounds = 4;
    private const int CaptionCount = 100;

    public static async Task<List<Row>> MeasureAsync()
    {
        using var photos = await Photos.MakeAsync();
        await using var renderer = new Renderer();
        Row rate = new("300 photographs of 6 MP in one request, end to end", "photos/s", "ImageHub's rendering of the same photographs", 0.8);
        Row memory = new("the server's peak resident memory during that upload, minus its idle memory", "MB", null, 300) { IsAtMost = true };
        await using var server = new ImageHubProcess(Tools.NewFolder()) { IsFirstStart = true };
        using var admin = await server.StartAndSignInAsync();
        await Task.Delay(TimeSpan.FromSeconds(5));
        var idle = Resident(server);
        var sources = await photos.MakeUniqueAsync(Count);
        for (var round = 0; round < Rounds; round++)
        {
            rate.Theirs.Add(await renderer.RateByWorkersAsync(sources[..60]));
            rate.Ours.Add(await UploadAsync(admin, sources, round));
            memory.Ours.Add((server.PeakResidentBytes() - idle) / 1e6);
        }

        return [rate, memory];
    }

    /// <summary>The upload of photographs with captions in XMP, IPTC-IIM and EXIF, compared with photographs without captions on the same server.</summary>
    public static async Task<List<Row>> MeasureCaptionsAsync()
    {
        using var photos = await Photos.MakeAsync();
        Row rate = new($"{CaptionRounds * CaptionCount:n0} camera photographs of 6 MP with captions, end to end", "photos/s", "the same photographs without captions", 0.97);
        await using var server = new ImageHubProcess(Tools.NewFolder()) { IsFirstStart = true };
        using var admin = await server.StartAndSignInAsync();
        var plain = await photos.MakeUniqueAsync(CaptionCount);
        await Photos.AddCameraAsync(plain);
        var captioned = await photos.CaptionAsync(plain);

        // The server compiles its code for captions during the first rounds.
        for (var round = 0; round < WarmUpRounds; round++)
        {
            await UploadAsync(admin, round % 2 == 0 ? plain : captioned, round);
        }

        for (var round = WarmUpRounds; round < WarmUpRounds + CaptionRounds; round++)
        {
            // The order alternates, because the server's background work for the first upload takes time from the second.
            if (round % 2 == 0)
            {
                rate.Theirs.Add(await UploadAsync(admin, plain, round));
                rate.Ours.Add(await UploadAsync(admin, captioned, round));
            }
            else
            {
                rate.Ours.Add(await UploadAsync(admin, captioned, round));
                rate.Theirs.Add(await UploadAsync(admin, plain, round));
            }
        }

        return [rate];
    }

    private static double Resident(ImageHubProcess server) => server.ResidentBytes() - server.WorkersResidentBytes().Sum();

    /// <summary>Uploads photographs in one request and waits until all are durable.</summary>
    /// <returns>Photographs a second.</returns>
    internal static async Task<double> UploadAsync(HttpClient admin, string[] sources, int round)
    {
        var group = await admin.CreateGroupAsync($"Round {round + 1}");
        using var body = new MultipartFormDataContent();
        for (var number = 0; number < sources.Length; number++)
        {
            body.Add(new ByteArrayContent(await File.ReadAllBytesAsync(sources[number])), "files", string.Create(CultureInfo.InvariantCulture, $"{number}.jpg"));
        }

        var began = Stopwatch.GetTimestamp();
        var answer = await admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return answer.GetProperty("uploaded").GetArrayLength() == sources.Length ? sources.Length / seconds : throw new InvalidOperationException($"Not every photo was accepted: {answer}");
    }
}
