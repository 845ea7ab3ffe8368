using System.Text.Json.Serialization;
using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Application.Tags;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Lists images of all groups visible to the caller; for admins and editors also users' images.</summary>
public sealed record ListImages : OffsetQuery, IRequest<Page<ImageSummary>>
{
    /// <summary>The group's id.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>Part of the title, file name, a tag or the camera's make and model, case-insensitive.</summary>
    public string? Q { get; init; }

    /// <summary>A tag of the image; if repeated, all tags are required.</summary>
    public IReadOnlyList<string>? Tag { get; init; }

    /// <summary><c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>gif</c>, <c>tiff</c> or <c>heic</c>.</summary>
    public string? Format { get; init; }

    /// <summary>The lowest rating, 1 to 5; for admins and editors only.</summary>
    public int? Rating { get; init; }

    /// <summary>The SHA-256 of the original file: 64 hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The earliest upload time, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The latest upload time, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>
    /// The first day on which images were taken, inclusive: in the camera's local time or, if unknown, the upload time in UTC, as in
    /// `sort=takenAt`.
    /// </summary>
    public DateOnly? TakenFrom { get; init; }

    /// <summary>The day after the last day on which images were taken.</summary>
    public DateOnly? TakenTo { get; init; }

    /// <summary>False for images of groups only. By default, admins and editors also get users' images; other callers never do.</summary>
    public bool? WithUsersImages { get; init; }

    /// <summary>
    /// <c>position</c>, <c>createdAt</c>, <c>takenAt</c>, <c>fileName</c>, <c>bytes</c> or, for admins and editors only, <c>rating</c>, with a leading <c>-</c>
    /// for descending. Images without a rating count as 0. Default: <c>position</c> within a group, otherwise <c>-createdAt</c>.
    /// </summary>
    [JsonIgnore]
    public string? Sort { get; init; }
}

internal sealed class ListImagesValidator : OffsetQueryValidator<ListImages>
{
    public ListImagesValidator()
    {
        RuleFor(query => query.Q).SearchText();
        RuleFor(query => query.Tag).Tags();
        RuleFor(query => query.Format)
            .SetValidator(new OneOfRule<ListImages>(ImageFormats.Names))
            .WithMessage(query => $"format is '{query.Format}'; {string.Join(", ", ImageFormats.Names)} are allowed.");
        RuleFor(query => query.Rating).Rating();
        RuleFor(query => query.Sha256)
            .SetValidator(new TextFormRule<ListImages>(Sha256Text.Pattern, Sha256Text.IsValid))
            .WithMessage("sha256 must be 64 hexadecimal digits.");
        RuleFor(query => query.To)
            .Must((query, to) => to is null || query.From is null || query.From < to)
            .WithMessage("to must be later than from.");
        RuleFor(query => query.TakenTo)
            .Must((query, to) => to is null || query.TakenFrom is null || query.TakenFrom < to)
            .WithMessage("takenTo must be later than takenFrom.");
        RuleFor(query => query.Sort)
            .SetValidator(new OneOfRule<ListImages>(ImageOrders.All))
            .WithMessage(query => $"sort is '{query.Sort}'; {string.Join(", ", ImageOrders.Names)} are allowed, with a leading - for descending order.");
    }
}

internal sealed class ListImagesHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListImages, Page<ImageSummary>>
{
    public async Task<Page<ImageSummary>> Handle(ListImages request, CancellationToken cancellationToken)
    {
        EnsureSeesRatings(request);
        var images = await FilterAsync(db.Images.ListedFor(caller, request.WithUsersImages ?? true), request, cancellationToken);
        var view = request.GroupId is { } groupId ? await db.FindViewAsync(caller, groupId, cancellationToken) : await db.FindViewAsync(caller, cancellationToken);
        var projection = request.Sort is "takenAt" or "-takenAt" ? ImageSummary.ProjectWithDay(view) : ImageSummary.Project(view);
        var page = await images.ListAsync(request, ImageOrders.For(request), projection, cancellationToken);
        return page.WithItems(await db.WithAccountsAsync(page.Items, cancellationToken));
    }

    /// <exception cref="ProblemException">400 if the request names ratings and the caller is neither an admin nor an editor.</exception>
    private void EnsureSeesRatings(ListImages query)
    {
        if (caller.IsCurator)
        {
            return;
        }

        if (query.Rating is not null)
        {
            throw ProblemException.Invalid("rating", "rating is for admins and editors only.");
        }

        if (query.Sort is "rating" or "-rating")
        {
            throw ProblemException.Invalid("sort", $"sort is '{query.Sort}', which is for admins and editors only.");
        }
    }

    private async Task<IQueryable<Image>> FilterAsync(IQueryable<Image> images, ListImages query, CancellationToken cancellationToken)
    {
        if (query.GroupId is { } groupId)
        {
            images = images.InGroup(groupId);
        }

        if (!string.IsNullOrWhiteSpace(query.Q))
        {
            var pattern = await db.SearchPatternAsync(query.Q, cancellationToken);
            images = images.Where(image =>
                EF.Functions.Like(image.SearchText, pattern, Search.Escape) || (image.Camera != null && QueryFunctions.IsLikeInAnyCase(image.Camera, pattern, Search.Escape)));
        }

        if (query.Tag is { Count: > 0 } sent)
        {
            var tags = await db.ToNfcAsync(sent, cancellationToken);
            images = images.Where(image => tags.All(tag => image.Tags.Contains(tag)));
        }

        if (query.Format is { } format)
        {
            var parsed = ImageFormats.Parse(format);
            images = images.Where(image => image.Format == parsed);
        }

        if (query.Rating is { } rating)
        {
            // The two conditions are equivalent, but serve different indexes. The index for sorting by rating contains the second expression. Only the first
            // condition implies that there is a rating, as the other index requires.
            images = images.Where(image => image.Rating >= rating && (image.Rating ?? 0) >= rating);
        }

        if (query.Sha256 is { } sha256)
        {
            var hash = Convert.FromHexString(sha256);
            images = images.Where(image => image.Sha256 == hash);
        }

        if (query.From?.ToUniversalTime() is { } from)
        {
            images = images.Where(image => image.CreatedAt >= from);
        }

        if (query.To?.ToUniversalTime() is { } to)
        {
            images = images.Where(image => image.CreatedAt < to);
        }

        if (query.TakenFrom?.ToDateTime(TimeOnly.MinValue) is { } takenFrom)
        {
            images = images.Where(image => image.TakenOrCreatedAt >= takenFrom);
        }

        if (query.TakenTo?.ToDateTime(TimeOnly.MinValue) is { } takenTo)
        {
            images = images.Where(image => image.TakenOrCreatedAt < takenTo);
        }

        return images;
    }
}

/// <summary>The sort orders of images; each has an index.</summary>
internal static class ImageOrders
{
    private static readonly Dictionary<string, Keyset<Image>> ByName = new(StringComparer.Ordinal);

    static ImageOrders()
    {
        foreach (var isDescending in new[] { false, true })
        {
            var sign = isDescending ? "-" : "";
            ByName[sign + "position"] = Keyset<Image>.By("position", image => image.Position, image => image.Id, isDescending);
            ByName[sign + "createdAt"] = Keyset<Image>.By("createdAt", image => image.CreatedAt, image => image.Id, isDescending);
            ByName[sign + "takenAt"] = Keyset<Image>.By("takenAt", image => image.TakenOrCreatedAt, image => image.Id, isDescending);
            ByName[sign + "fileName"] = Keyset<Image>.By("fileName", image => image.FileName, image => image.Id, isDescending);
            ByName[sign + "bytes"] = Keyset<Image>.By("bytes", image => image.Full.Bytes, image => image.Id, isDescending);
            ByName[sign + "rating"] = Keyset<Image>.By("rating", image => image.Rating ?? 0, image => image.Id, isDescending);
        }
    }

    /// <summary>The order of images in a group.</summary>
    public static Keyset<Image> Position => ByName["position"];

    /// <summary>The names of ascending orders.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Where(name => name[0] != '-');

    /// <summary>All names.</summary>
    public static IEnumerable<string> All => ByName.Keys;

    /// <summary>The order with this name, or null.</summary>
    public static Keyset<Image>? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The order of a request.</summary>
    public static Keyset<Image> For(ListImages query) => ByName[query.Sort ?? (query.GroupId is null ? "-createdAt" : "position")];
}
