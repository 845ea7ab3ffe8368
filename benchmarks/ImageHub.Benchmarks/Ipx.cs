using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing;

namespace ImageHub.Benchmarks;

/// <summary>ipx, an image server for Node.js that resizes with sharp and caches nothing.</summary>
internal sealed class Ipx : IDisposable
{
    private readonly Process process;

    private Ipx(Process process, Uri url) => (this.process, Url) = (process, url);

    public Uri Url { get; }

    /// <summary>Starts ipx on a folder and waits until it answers.</summary>
    public static async Task<Ipx> StartAsync(string folder)
    {
        var port = FreePort.Find().ToString(CultureInfo.InvariantCulture);
        var started = Process.Start(new ProcessStartInfo("node", [Path.Combine(Tools.Peers, "ipx.mjs"), folder, port]) { UseShellExecute = false })!;
        var ipx = new Ipx(started, new Uri($"http://127.0.0.1:{port}"));
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(ipx.Url);
                return ipx;
            }
            catch (HttpRequestException) when (!started.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
