namespace ImageHub.Faults;

/// <summary>Sends requests to the running servers in turn, like a load balancer without sticky sessions.</summary>
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
