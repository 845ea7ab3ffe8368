using MediatR;

namespace ImageHub.Application.Observability;

/// <summary>Starts a span for each use case that runs in a traced HTTP request. The use case's type is the span's name.</summary>
internal sealed class SpanBehavior<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var span = Telemetry.StartSpan(typeof(TRequest).Name);
        return await next();
    }
}
