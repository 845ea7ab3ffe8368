namespace ImageHub.Faults;

/// <summary>Sends requests in turns to several servers, as a load balancer without sessions does that notices an ended server at once.</summary>
/// <param name="servers">The running servers.</param>
internal sealed class Balancer(Func<IReadOnlyList<Uri>> servers) : DelegatingHandler
{
    private static int sent;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var running = servers();
        if (running.Count == 0)
        {
            throw new HttpRequestException("No server runs.");
        }

        request.RequestUri = new Uri(running[(int)((uint)Interlocked.Increment(ref sent) % running.Count)], request.RequestUri!.PathAndQuery);
        return base.SendAsync(request, cancellationToken);
    }
}
