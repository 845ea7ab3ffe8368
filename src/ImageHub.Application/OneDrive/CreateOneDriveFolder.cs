using FluentValidation;
using ImageHub.Application.Secrets;
using MediatR;

namespace ImageHub.Application.OneDrive;

/// <summary>Creates a folder in the connected OneDrive.</summary>
/// <param name="Name">1–200 characters.</param>
/// <param name="ParentId">The parent folder's id; absent: the root.</param>
public sealed record CreateOneDriveFolder(string Name, string? ParentId = null) : IRequest<OneDriveItem>;

internal sealed class CreateOneDriveFolderValidator : AbstractValidator<CreateOneDriveFolder>
{
    public CreateOneDriveFolderValidator() => RuleFor(folder => folder.Name).ItemName();
}

internal sealed class CreateOneDriveFolderHandler(IDrive drive, DriveRoot root, ISecrets secrets) : IRequestHandler<CreateOneDriveFolder, OneDriveItem>
{
    public async Task<OneDriveItem> Handle(CreateOneDriveFolder request, CancellationToken cancellationToken)
    {
        var parent = await root.FindFolderAsync(request.ParentId, cancellationToken);
        return OneDriveItem.From(await drive.CreateFolderAsync(parent.Item.Id, request.Name.Trim(), cancellationToken), secrets);
    }
}
