using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>Whether a OneDrive is connected, and how full it is.</summary>
public sealed record GetOneDrive : IRequest<OneDriveResponse>;

/// <summary>The connected OneDrive.</summary>
/// <param name="IsConfigured">Whether the server has the settings for it.</param>
/// <param name="IsConnected">Whether one is connected, with consent.</param>
/// <param name="Account">Whose it is; null where that is not known.</param>
/// <param name="UsedBytes">How much of it is used; null while OneDrive does not say.</param>
/// <param name="TotalBytes">How much it holds; null while OneDrive does not say.</param>
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
            // It is connected all the same, and can be disconnected.
            return new OneDriveResponse(isConfigured, IsConnected: true, connection.Account);
        }
    }
}
