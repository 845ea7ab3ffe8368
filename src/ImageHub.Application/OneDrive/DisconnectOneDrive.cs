using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.OneDrive;

/// <summary>Disconnects the OneDrive and deletes its tokens. Running imports fail at their next file.</summary>
public sealed record DisconnectOneDrive : IRequest;

internal sealed class DisconnectOneDriveHandler(IImageHubDb db) : IRequestHandler<DisconnectOneDrive>
{
    public async Task<Unit> Handle(DisconnectOneDrive request, CancellationToken cancellationToken)
    {
        await db.OneDriveConnections.ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
