using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Application.WebDav;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Creates a group and places it before all others.</summary>
/// <param name="Title">1–200 characters.</param>
/// <param name="Description">At most 10,000 characters.</param>
/// <param name="IsPublished">
/// Whether visitors see the group, as long as all groups above it are published. Default: true; false for a key without <c>admin</c>.
/// </param>
/// <param name="ProductId">The product's id; at most 200 characters.</param>
/// <param name="Downloads">
/// The files that visitors may download: <c>full</c> (default) allows all, <c>high</c> only the high rendition, <c>none</c> nothing.
/// </param>
/// <param name="Watermark">
/// Whether visitors get <c>medium</c>, <c>high</c> and <c>large</c> only with the site's watermark. Default: false; true excludes <c>full</c>.
/// </param>
/// <param name="ParentId">The id of the group directly above; null or absent for the first level. There are at most five levels.</param>
public sealed record CreateGroup(
    string Title, string? Description = null, bool? IsPublished = null, string? ProductId = null, Downloads? Downloads = null, bool? Watermark = null,
    Guid? ParentId = null)
    : IRequest<GroupResponse>
{
    /// <summary>The name of the folder in WebDAV, which must not exist yet; null: the database finds a free name.</summary>
    internal string? NewFolderName { get; init; }
}

internal sealed class CreateGroupValidator : AbstractValidator<CreateGroup>
{
    public CreateGroupValidator()
    {
        RuleFor(group => group.Title).RequiredText(Group.MaxTitleLength);
        RuleFor(group => group.Description).OptionalText(Group.MaxDescriptionLength);
        RuleFor(group => group.ProductId).OptionalText(Group.MaxProductIdLength);
    }
}

internal sealed class CreateGroupHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<CreateGroup, GroupResponse>
{
    public async Task<GroupResponse> Handle(CreateGroup request, CancellationToken cancellationToken)
    {
        if (request.IsPublished == true && !caller.IsCurator)
        {
            throw new ProblemException(Problems.InsufficientScope, "isPublished is true; publishing needs a key with the scope 'admin'. Send false, or omit isPublished.");
        }

        var title = await db.ToNfcAsync(request.Title.Trim(), cancellationToken);
        var description = await db.ToNfcAsync(request.Description, cancellationToken);
        var productId = await db.ToNfcAsync(request.ProductId, cancellationToken);
        await using var transaction = await db.Locks.LockGroupOrderAsync(cancellationToken);
        var parent = await ParentGroup.FindAsync(db, request.ParentId, cancellationToken);
        var first = await db.Groups.MinAsync(group => (long?)group.Position, cancellationToken);
        var group = Group.Create(
            title!,
            description,
            request.IsPublished ?? caller.IsCurator,
            productId,
            Position.Between(before: null, after: first, 1)![0],
            clock.Now());
        group.Place(parent, group.PublishedSetting);
        group.Grant(new VisitorRights(request.Downloads ?? Downloads.Full, request.Watermark ?? false));
        await db.EnsureMayGrantAsync(group.Downloads, group.HasWatermark, cancellationToken);
        if (request.NewFolderName is { } name)
        {
            await db.EnsureFolderIsNewAsync(name, request.ParentId, group.Id, cancellationToken);
        }

        db.AllGroups.Add(group);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (await db.SingleAsync(db.Groups.Where(row => row.Id == group.Id), caller, clock.Now(), cancellationToken))!;
    }
}
