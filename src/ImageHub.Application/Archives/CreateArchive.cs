using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Links;
using ImageHub.Application.Requests;
using ImageHub.Domain.Archives;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>Creates a resumable ZIP download of a group's images.</summary>
/// <param name="Ids">
/// The ids of 1–1,000 images of the group, in any order. If absent, the ZIP contains all images of the group and, except for a link, the images of the groups
/// below, in folders. It keeps the group's order.
/// </param>
/// <param name="Variant"><c>full</c> (default) or <c>high</c>.</param>
public sealed record CreateArchive(IReadOnlyList<Guid>? Ids = null, string? Variant = null) : IRequest<NewArchive>
{
    internal Guid GroupId { get; init; }

    internal string? Token { get; init; }

    internal string? Cookie { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public CreateArchive WithGroupId(Guid groupId) => this with { GroupId = groupId };

    /// <summary>Returns a copy of this request with the link's token and the guest's cookie.</summary>
    public CreateArchive WithToken(string token, string? cookie) => this with { Token = token, Cookie = cookie };
}

/// <summary>A ZIP available for download.</summary>
/// <param name="Url">The address, which works without credentials.</param>
/// <param name="ExpiresAt">When the address expires.</param>
/// <param name="Files">The number of files, including the text file that names lost images, if there are any.</param>
/// <param name="Bytes">The size in bytes.</param>
public sealed record NewArchive(string Url, DateTimeOffset ExpiresAt, int Files, long Bytes);

/// <summary>Opens the ZIP for download.</summary>
/// <param name="Token">The token in its address.</param>
public sealed record OpenArchive(string Token) : IRequest<GroupArchive>;

internal sealed class CreateArchiveValidator : AbstractValidator<CreateArchive>
{
    public CreateArchiveValidator()
    {
        RuleFor(archive => archive.Ids).IdList().When(archive => archive.Ids is not null);
        RuleFor(archive => archive.Variant)
            .SetValidator(new OneOfRule<CreateArchive>([ImageVariant.Full.Name, ImageVariant.High.Name]))
            .WithMessage("variant is '{PropertyValue}'; it must be 'full' or 'high', or absent for 'full'.");
    }
}

internal sealed class CreateArchiveHandler(
    IImageHubDb db, ICaller caller, SharedGroups shares, ArchiveAccess access, GroupArchives archives, MarkedPictures marked, WrittenArchives written, TimeProvider clock)
    : IRequestHandler<CreateArchive, NewArchive>
{
    public async Task<NewArchive> Handle(CreateArchive request, CancellationToken cancellationToken)
    {
        var origin = await FindOriginAsync(request, cancellationToken);
        var variant = ImageVariant.Parse(request.Variant) ?? ImageVariant.Full;
        var (title, rights) = await access.FindAsync(origin, cancellationToken);
        ArchiveAccess.EnsureMayCreate(rights, variant);
        var folders = request.Ids is null && origin.LinkId is null
            ? await ArchiveFolders.FindAsync(
                db, origin.GroupId, db.Groups.Live(withHidden: caller.SeesHiddenImages() || origin.HolderId is not null), below => origin.IsForAdmin || ArchiveAccess.Allows(below, variant, isMarked: rights.HasWatermark), cancellationToken)
            : null;
        var images = folders?.Filter(db.Images) ?? db.Images.InGroup(origin.GroupId).Where(image => image.DeletedAt == null);
        if (request.Ids is { } ids)
        {
            images = images.Where(image => ids.Contains(image.Id));
            if (await images.CountAsync(cancellationToken) < ids.Count)
            {
                throw ProblemException.NotFound("image");
            }
        }

        var rows = rights.HasWatermark ? await marked.MakeAsync(images, variant, cancellationToken) : null;
        var shown = rows is null ? variant : variant.MarkedBy(rows.Mark);
        await using var made = await archives.OpenAsync(title, images, shown, again => access.EnsureAllowedAsync(origin, shown, again), cancellationToken, rows, folders);
        var token = LinkTokens.Create();
        var (key, listBytes, noteBytes) = await written.WriteAsync(made, cancellationToken);
        var isOfHidden = origin.IsOfHidden || folders is { HasHidden: true };
        var holderId = isOfHidden || origin.IsForAdmin ? origin.HolderId : null;
        var archive = Archive.Create(LinkTokens.Hash(token), origin.GroupId, origin.LinkId, holderId, isOfHidden, variant.Name, shown.Mark, origin.IsForAdmin, made.FileName, key, listBytes, noteBytes, clock.Now());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (origin.LinkId is { } linkId && !await db.Locks.TryLockLinkAsync(linkId, cancellationToken))
        {
            throw ArchiveAccess.NoArchive();
        }

        // The preparation may take minutes. Until the commit, the link's password cannot be changed.
        await access.EnsureAllowedAsync(origin, shown, cancellationToken);
        db.Archives.Add(archive);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new NewArchive($"/api/v1/archives/{token}", archive.ExpiresAt, made.Files, made.Bytes);
    }

    private async Task<ArchiveOrigin> FindOriginAsync(CreateArchive request, CancellationToken cancellationToken)
    {
        if (request.Token is { } token)
        {
            var shared = await shares.OpenAsync(token, request.Cookie, cancellationToken);
            return new ArchiveOrigin(shared.Group.Id, shared.Link.Id, IsOfHidden: true, IsForAdmin: false, LinkPasswordHash: shared.Link.PasswordHash);
        }

        var group = await db.GroupsOpenTo(caller).Where(group => group.Id == request.GroupId).Select(group => new { group.IsPublished }).SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("group");
        var role = await db.FindRoleAsync(request.GroupId, caller, cancellationToken);
        return new ArchiveOrigin(request.GroupId, LinkId: null, !group.IsPublished, caller.IsCurator || role == MemberRole.Contributor, caller.SeesHiddenImages() ? caller.KeyId ?? caller.UserId : role is null ? null : caller.MemberId);
    }
}

internal sealed class OpenArchiveHandler(IImageHubDb db, ArchiveAccess access, WrittenArchives written, TimeProvider clock) : IRequestHandler<OpenArchive, GroupArchive>
{
    public async Task<GroupArchive> Handle(OpenArchive request, CancellationToken cancellationToken)
    {
        var (hash, now) = (LinkTokens.Hash(request.Token), clock.Now());
        var archive = await db.Archives.SingleOrDefaultAsync(archive => archive.TokenHash == hash && archive.ExpiresAt > now, cancellationToken) ?? throw ArchiveAccess.NoArchive();
        GroupArchive? opened = null;
        var linkPasswordHash = archive.LinkId is null ? null : await db.Links.Where(link => link.Id == archive.LinkId).Select(link => link.PasswordHash).SingleOrDefaultAsync(cancellationToken);
        var check = access.BeginCheck(archive, WrittenArchives.FindVariant(archive), linkPasswordHash, () => opened!.List);
        opened = await written.OpenAsync(archive, check.EnsureAsync, cancellationToken);
        try
        {
            await check.EnsureAsync(cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }
}
