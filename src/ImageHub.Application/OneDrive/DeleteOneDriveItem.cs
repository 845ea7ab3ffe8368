using MediatR;

namespace ImageHub.Application.OneDrive;

/// <summary>Moves an item of the connected OneDrive to OneDrive's recycle bin. Images imported from it remain.</summary>
/// <param name="Id">The item's id.</param>
public sealed record DeleteOneDriveItem(string Id) : IRequest;

internal sealed class DeleteOneDriveItemHandler(IDrive drive, DriveRoot root) : IRequestHandler<DeleteOneDriveItem>
{
    public async Task<Unit> Handle(DeleteOneDriveItem request, CancellationToken cancellationToken)
    {
        var located = await root.FindChangeableAsync(request.Id, cancellationToken);
        await drive.DeleteAsync(located.Item.Id, cancellationToken);
        return Unit.Value;
    }
}
