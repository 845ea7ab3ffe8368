using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>Gets whether a OneDrive is connected, and its storage use.</summary>
public sealed record GetOneDrive : IRequest<OneDriveResponse>;

/// <summary>The connected OneDrive.</summary>
/// <param name="IsConfigured">Whether the server has the required settings.</param>
/// <param name="IsConnected">Whether a OneDrive is connected, with consent.</param>
/// <param name="Account">The account's name; null if unknown.</param>
/// <param name="UsedBytes">The used storage in bytes; null if unavailable.</param>
/// <param name="TotalBytes">The total storage in bytes; null if unavailable.</param>
public sealed record OneDriveResponse(
    bool IsConfigured,
    bool IsConnected,
    string? Account = null,
    long? UsedBytes = null,
    long? TotalBytes = null);

internal sealed class GetOneDriveHandler(IImageHubDb db, IDrive drive, IOptions<OneDriveOptions> options) : IRequestHandler<GetOneDrive, OneDriveResponse>
{
    public async Task<OneDriveResponse> Handle(GetOneDrive request, CancellationToken cancellationToken)
    {
        var isConfigured = options.Value.IsConfigured;
        var connection = isConfigured ? await db.OneDriveConnections.SingleOrDefaultAsync(row => row.LostAt == null, cancellationToken) : null;
        if (connection is null)
        {
            return new OneDriveResponse(isConfigured, IsConnected: false);
        }

        try
        {
            var use = await drive.GetUseAsync(cancellationToken);
            return new OneDriveResponse(isConfigured, IsConnected: true, use.Account ?? connection.Account, use.UsedBytes, use.TotalBytes);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.OneDriveNotConnected)
        {
            return new OneDriveResponse(isConfigured, IsConnected: false);
        }
        catch (ProblemException)
        {
            // OneDrive is connected even if it cannot be reached now, and can be disconnected.
            return new OneDriveResponse(isConfigured, IsConnected: true, connection.Account);
        }
    }
}
