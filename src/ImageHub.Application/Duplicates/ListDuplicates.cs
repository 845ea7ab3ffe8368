using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Duplicates;

/// <summary>Lists sets of near-duplicate images in groups, most similar first. Images in the trash are excluded.</summary>
public sealed record ListDuplicates : PageQuery, IRequest<Page<DuplicateSet>>
{
    /// <summary>The maximum number of differing bits in the 64-bit perceptual hashes of two images, 0–16. Default: 6.</summary>
    /// <example>6</example>
    public int? Distance { get; init; }

    /// <summary>The maximum number of pairs combined into sets, most similar first. When pairs are resolved, further pairs are included.</summary>
    internal const int MaxPairs = 20_000;

    /// <summary>The maximum number of images shown in a set.</summary>
    internal const int MaxImages = 50;

    /// <summary>The default distance.</summary>
    internal const int DefaultDistance = 6;

    internal int MaxDistance => Distance ?? DefaultDistance;
}

/// <summary>Near-duplicate images: each is within the distance of another image of the set.</summary>
/// <param name="Images">At most 50 images, the best first: most pixels, then most bytes, then oldest.</param>
/// <param name="Distance">The largest distance needed to connect the images; 0 if all have the same hash.</param>
public sealed record DuplicateSet(IReadOnlyList<DuplicateImage> Images, int Distance);

/// <summary>An image of a set of near-duplicates.</summary>
public sealed record DuplicateImage : ImageSummary
{
    /// <summary>Creates the entry from a summary.</summary>
    [SetsRequiredMembers]
    public DuplicateImage(ImageSummary summary)
        : base(summary)
    {
    }

    /// <summary>The group's title.</summary>
    /// <example>Harbour</example>
    public string GroupTitle { get; init; } = "";

    /// <summary>When the image was uploaded.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class ListDuplicatesValidator : PageQueryValidator<ListDuplicates>
{
    public ListDuplicatesValidator() => RuleFor(query => query.Distance)
        .InclusiveBetween(0, SimilarImages.MaxDistance)
        .WithMessage(query => $"distance is {query.Distance}; 0 to {SimilarImages.MaxDistance} are allowed.");
}

internal sealed class ListDuplicatesHandler(IImageHubDb db) : IRequestHandler<ListDuplicates, Page<DuplicateSet>>
{
    public async Task<Page<DuplicateSet>> Handle(ListDuplicates request, CancellationToken cancellationToken)
    {
        // Every page reads all pairs. Their number is limited, so every page costs about the same.
        var sets = DuplicateSets.Find(await ReadPairsAsync(request.MaxDistance, cancellationToken));
        if (request.IsCursorForm)
        {
            var after = request.Cursor is { Length: > 0 } cursor ? Place.Parse(cursor, request.ListId()) : null;
            var rest = sets.Where(set => after is null || (set.Distance, after.Id).CompareTo((after.Distance, set.Newest)) > 0).Take(request.Size + 1).ToList();
            var next = rest.Count > request.Size ? new Place(request.ListId(), rest[request.Size - 1].Distance, rest[request.Size - 1].Newest).Write() : null;
            return new Page<DuplicateSet>(await ReadAsync(rest.Take(request.Size), cancellationToken)) { NextCursor = new(next) };
        }

        var page = request.Page ?? 1;
        return new Page<DuplicateSet>(await ReadAsync(sets.Skip((int)((page - 1L) * request.Size)).Take(request.Size), cancellationToken))
        {
            Number = page,
            PageSize = request.Size,
            TotalItems = sets.Count,
            TotalPages = (sets.Count + request.Size - 1) / request.Size,
        };
    }

    private Task<List<SimilarImages>> ReadPairsAsync(int distance, CancellationToken cancellationToken) => (
        from pair in db.SimilarImages
        where pair.Distance <= distance && !pair.IsKept
        where db.Images.Any(image => image.Id == pair.NewerId && image.DeletedAt == null) && db.Images.Any(image => image.Id == pair.OlderId && image.DeletedAt == null)
        orderby pair.Distance, pair.NewerId descending, pair.OlderId descending
        select pair).Take(ListDuplicates.MaxPairs).ToListAsync(cancellationToken);

    private async Task<IReadOnlyList<DuplicateSet>> ReadAsync(IEnumerable<FoundSet> page, CancellationToken cancellationToken)
    {
        var sets = page.Select(set => (set.Distance, Ids: set.Ids.Take(ListDuplicates.MaxImages).ToList())).ToList();
        var ids = sets.SelectMany(set => set.Ids).ToArray();
        var images = await (
            from image in db.Images
            where ids.Contains(image.Id)
            join owning in db.Groups on image.GroupId equals owning.Id
            select new { image.Id, image.CreatedAt, owning.Title }).ToDictionaryAsync(image => image.Id, cancellationToken);
        var found = await db.Images.Where(image => ids.Contains(image.Id)).Select(ImageSummary.Project(SummaryView.All)).ToListAsync(cancellationToken);
        var summaries = (await db.WithAccountsAsync(found, cancellationToken)).ToDictionary(image => image.Id);
        return
        [
            .. sets.Select(set => new DuplicateSet(
                [
                    .. set.Ids
                        .Where(id => images.ContainsKey(id) && summaries.ContainsKey(id))
                        .Select(id => new DuplicateImage(summaries[id]) { GroupTitle = images[id].Title, CreatedAt = images[id].CreatedAt })
                        .OrderByDescending(image => (long)image.Width * image.Height)
                        .ThenByDescending(image => image.Full.Value!.Bytes)
                        .ThenBy(image => image.Id),
                ],
                set.Distance)),
        ];
    }

    /// <summary>The position after the last set of a page, identified by the set's distance and newest image.</summary>
    private sealed record Place(string List, int Distance, Guid Id)
    {
        public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

        /// <exception cref="ProblemException">400 that names <c>cursor</c>.</exception>
        public static Place Parse(string cursor, string list)
        {
            try
            {
                if (JsonSerializer.Deserialize<Place>(Base64Url.DecodeFromChars(cursor)) is { } place && place.List == list)
                {
                    return place;
                }
            }
            catch (Exception exception) when (exception is FormatException or JsonException)
            {
                // Treated as a cursor of another list.
            }

            throw ProblemException.Invalid("cursor", "cursor does not belong to this list with this filter and order; start with an empty cursor.");
        }
    }
}

/// <summary>Combines pairs into sets.</summary>
internal static class DuplicateSets
{
    /// <summary>Finds the connected components of the pairs.</summary>
    /// <param name="pairs">The pairs, most similar first.</param>
    /// <returns>The sets, most similar first. Equally similar sets are sorted by their newest image, newest first.</returns>
    public static IReadOnlyList<FoundSet> Find(IReadOnlyCollection<SimilarImages> pairs)
    {
        var sets = new Dictionary<Guid, FoundSet>();
        foreach (var pair in pairs)
        {
            var (one, other) = (Of(pair.NewerId), Of(pair.OlderId));
            if (one != other)
            {
                // Merging the smaller set into the larger one moves fewer images.
                var (into, from) = one.Ids.Count >= other.Ids.Count ? (one, other) : (other, one);
                into.Take(from, pair.Distance);
                foreach (var id in from.Ids)
                {
                    sets[id] = into;
                }
            }
        }

        return [.. sets.Values.Distinct().OrderBy(set => set.Distance).ThenByDescending(set => set.Newest)];

        FoundSet Of(Guid id) => sets.TryGetValue(id, out var set) ? set : sets[id] = new FoundSet(id);
    }
}

/// <summary>Images connected by pairs.</summary>
internal sealed class FoundSet(Guid first)
{
    private readonly List<Guid> ids = [first];

    /// <summary>The images.</summary>
    public IReadOnlyList<Guid> Ids => ids;

    /// <summary>The largest distance needed to connect the images.</summary>
    public int Distance { get; private set; }

    /// <summary>The image with the largest id.</summary>
    public Guid Newest { get; private set; } = first;

    /// <summary>Merges another set that is connected by a pair with this distance. Pairs must be merged in ascending order of distance.</summary>
    public void Take(FoundSet other, int distance)
    {
        ids.AddRange(other.ids);
        Distance = distance;
        Newest = Newest.CompareTo(other.Newest) > 0 ? Newest : other.Newest;
    }
}
