using FluentValidation;
using ImageHub.Application.Secrets;
using MediatR;

namespace ImageHub.Application.OneDrive;

/// <summary>Renames an item of the connected OneDrive.</summary>
/// <param name="Name">1–200 characters.</param>
public sealed record RenameOneDriveItem(string Name) : IRequest<OneDriveItem>
{
    internal string Id { get; private init; } = "";

    /// <summary>Returns a copy of this request with the id of the item.</summary>
    public RenameOneDriveItem WithId(string id) => this with { Id = id };
}

internal sealed class RenameOneDriveItemValidator : AbstractValidator<RenameOneDriveItem>
{
    public RenameOneDriveItemValidator() => RuleFor(item => item.Name).ItemName();
}

internal sealed class RenameOneDriveItemHandler(IDrive drive, DriveRoot root, ISecrets secrets) : IRequestHandler<RenameOneDriveItem, OneDriveItem>
{
    public async Task<OneDriveItem> Handle(RenameOneDriveItem request, CancellationToken cancellationToken)
    {
        var located = await root.FindChangeableAsync(request.Id, cancellationToken);
        var name = request.Name.Trim();
        var item = located.Item.Name == name ? located.Item : await drive.RenameAsync(located.Item.Id, name, cancellationToken);
        return OneDriveItem.From(item, secrets);
    }
}
