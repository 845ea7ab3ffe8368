using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>
/// Updates a group link. Absent fields keep their values; null clears a field. The address does not change; a link that has ended cannot be
/// changed.
/// </summary>
public sealed record UpdateLink : IRequest<LinkResponse>
{
    /// <summary>The creator's name for the link: at most 100 characters. Guests do not see it.</summary>
    public Optional<string> Name { get; init; }

    /// <summary>The time until the link ends, counted from now: 300–31,536,000 seconds. Null: the link works until it is revoked.</summary>
    public Optional<int?> ExpiresInSeconds { get; init; }

    /// <summary>The password for guests: 4 characters to 72 bytes of UTF-8. Guests who entered the previous one must enter the new one, and existing archives end.</summary>
    public Optional<string> Password { get; init; }

    /// <summary>The maximum number of views, including previous ones: 1–1,000,000; null: unlimited.</summary>
    public Optional<int?> MaxViews { get; init; }

    /// <summary>Whether guests may choose favourites; null is not accepted.</summary>
    public Optional<bool?> Favourites { get; init; }

    /// <summary>The maximum number of favourites per guest; null: the general limit. Existing favourites remain.</summary>
    public Optional<int?> MaxFavourites { get; init; }

    /// <summary>Whether guests see the group's title and cover before they enter the password, and whether previews show both; null is not accepted.</summary>
    public Optional<bool?> PreviewTitle { get; init; }

    /// <summary>
    /// The files that guests may download: <c>full</c>, <c>high</c> or <c>none</c>; null: as in the group. Existing archives with larger files are no longer
    /// available.
    /// </summary>
    public Optional<Downloads?> Downloads { get; init; }

    /// <summary>Whether guests get <c>medium</c>, <c>high</c> and <c>large</c> only with the site's watermark; null: as in the group.</summary>
    public Optional<bool?> Watermark { get; init; }

    /// <summary>Whether guests may send photos; null is not accepted. False stops unfinished uploads at once.</summary>
    public Optional<bool?> Uploads { get; init; }

    /// <summary>The maximum number of photos from all guests together, including previous ones: 1–5,000; null: 500.</summary>
    public Optional<int?> MaxFiles { get; init; }

    /// <summary>The maximum number of photos from each guest, including previous ones: 1–5,000; null: 100.</summary>
    public Optional<int?> MaxFilesPerGuest { get; init; }

    /// <summary>The maximum total size of the photos from all guests together, in bytes: 1,000,000–1,000,000,000,000; null: 10,000,000,000.</summary>
    public Optional<long?> MaxBytes { get; init; }

    internal Guid Id { get; init; }

    /// <summary>Returns a copy of this request with the id of the link to update.</summary>
    public UpdateLink WithId(Guid id) => this with { Id = id };
}

internal sealed class UpdateLinkValidator : AbstractValidator<UpdateLink>
{
    public UpdateLinkValidator()
    {
        RuleFor(link => link.Name.Value).OptionalText(Link.MaxNameLength);
        RuleFor(link => link.ExpiresInSeconds.Value).LinkLifetime();
        RuleFor(link => link.Password.Value).LinkPassword();
        RuleFor(link => link.MaxViews.Value).LinkViewLimit();
        RuleFor(link => link.MaxFavourites.Value).LinkFavouriteLimit();
        RuleFor(link => link.MaxFiles.Value).LinkFileLimit("maxFiles");
        RuleFor(link => link.MaxFilesPerGuest.Value).LinkFileLimit("maxFilesPerGuest");
        RuleFor(link => link.MaxBytes.Value).LinkByteLimit();
        RuleFor(link => link.Uploads.Value).NotNull().WithMessage("uploads is null; true or false are allowed.").When(link => link.Uploads.IsSet);
        RuleFor(link => link.Favourites.Value).NotNull().WithMessage("favourites is null; true or false are allowed.").When(link => link.Favourites.IsSet);
        RuleFor(link => link.PreviewTitle.Value).NotNull().WithMessage("previewTitle is null; true or false are allowed.").When(link => link.PreviewTitle.IsSet);
    }
}

internal sealed class UpdateLinkHandler(IImageHubDb db, ICaller caller, IPasswordHasher hasher, LinkAddresses addresses, TimeProvider clock) : IRequestHandler<UpdateLink, LinkResponse>
{
    public async Task<LinkResponse> Handle(UpdateLink request, CancellationToken cancellationToken)
    {
        // Avoids locks and hashes for a link that does not exist.
        if (!await db.Links.AnyAsync(link => link.Id == request.Id && link.Kind == LinkKind.Group, cancellationToken))
        {
            throw SharedGroups.NoLink();
        }

        var name = await db.ToNfcAsync(request.Name.Value?.Trim(), cancellationToken);
        var passwordHash = request.Password.Value is { } password ? await hasher.HashInTurnAsync(password, caller, cancellationToken) : null;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var link = await db.Locks.TryLockLinkAsync(request.Id, cancellationToken) ? await db.Links.AsTracking().SingleAsync(row => row.Id == request.Id, cancellationToken) : throw SharedGroups.NoLink();
        var now = clock.Now();
        if (link.HasEnded(now))
        {
            throw new ProblemException(Problems.LinkEnded, "The link has ended and cannot be changed; create a new one.");
        }

        if (request.Name.IsSet)
        {
            link.Rename(name);
        }

        if (request.ExpiresInSeconds.IsSet)
        {
            link.EndAt(request.ExpiresInSeconds.Value is { } seconds ? now + TimeSpan.FromSeconds(seconds) : null);
        }

        if (request.Password.IsSet)
        {
            link.Protect(passwordHash);

            // The address of an archive works without the password.
            await db.Archives.Where(archive => archive.LinkId == link.Id).ExecuteDeleteAsync(cancellationToken);
        }

        if (request.MaxViews.IsSet)
        {
            link.LimitViews(request.MaxViews.Value);
        }

        link.AllowFavourites(request.Favourites.Value ?? link.AllowsFavourites, request.MaxFavourites.IsSet ? request.MaxFavourites.Value : link.MaxFavourites);
        link.AllowUploads(
            request.Uploads.Value ?? link.AllowsUploads,
            request.MaxFiles.IsSet ? request.MaxFiles.Value ?? Link.DefaultMaxFiles : link.MaxFiles,
            request.MaxFilesPerGuest.IsSet ? request.MaxFilesPerGuest.Value ?? Link.DefaultMaxFilesPerGuest : link.MaxFilesPerGuest,
            request.MaxBytes.IsSet ? request.MaxBytes.Value ?? Link.DefaultMaxBytes : link.MaxBytes);
        link.Preview(request.PreviewTitle.Value ?? link.ShowsPreview);
        link.Grant(
            request.Downloads.IsSet ? request.Downloads.Value : link.Downloads,
            request.Watermark.IsSet ? request.Watermark.Value : link.HasWatermark);
        await db.EnsureMayGrantAsync(link.Downloads, link.HasWatermark, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await addresses.DescribeAsync(link, cancellationToken);
    }
}
