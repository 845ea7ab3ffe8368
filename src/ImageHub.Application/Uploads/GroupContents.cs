using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Enforces the duplicate rule: within a group, no two images outside the trash have the same name or content. Contains only the images of the group that
/// could conflict with the given files.
/// </summary>
internal sealed class GroupContents
{
    /// <summary>The number of numbered names that one query looks up.</summary>
    private const int NamesAtOnce = 50;

    private readonly Dictionary<string, Guid> names;
    private readonly Dictionary<string, (Guid Id, string FileName, bool HasDamages)> contents;

    private GroupContents(Dictionary<string, Guid> names, Dictionary<string, (Guid Id, string FileName, bool HasDamages)> contents)
    {
        this.names = names;
        this.contents = contents;
    }

    /// <summary>Reads the images that could conflict with files of these names and SHA-256 hashes.</summary>
    public static async Task<GroupContents> ReadAsync(
        IImageHubDb db, Guid groupId, string[] fileNames, byte[][] hashes, CancellationToken cancellationToken)
    {
        // Each query of the union uses an index. For one query with OR, PostgreSQL would scan the whole group.
        var images = db.AllImages.Where(image => image.GroupId == groupId && image.DeletedAt == null);
        var rows = await images.Where(image => fileNames.Contains(image.FileName)).Select(image => new { image.Id, image.FileName, image.Sha256, HasDamages = image.Damages.Any() })
            .Union(images.Where(image => hashes.Contains(image.Sha256)).Select(image => new { image.Id, image.FileName, image.Sha256, HasDamages = image.Damages.Any() }))
            .ToListAsync(cancellationToken);
        return new GroupContents(
            rows.ToDictionary(row => row.FileName, row => row.Id, StringComparer.Ordinal),
            rows.ToDictionary(row => Convert.ToHexString(row.Sha256), row => (row.Id, row.FileName, row.HasDamages), StringComparer.Ordinal));
    }

    /// <summary>Returns the name or, if taken, the first free numbered name: <c>IMG_0001 (2).jpg</c>.</summary>
    public async Task<string> FindFreeNameAsync(IImageHubDb db, Guid groupId, string fileName, CancellationToken cancellationToken)
    {
        if (!names.ContainsKey(fileName))
        {
            return fileName;
        }

        for (var number = 2; ; number += NamesAtOnce)
        {
            var numbered = Enumerable.Range(number, NamesAtOnce).Select(next => FileName.WithNumber(fileName, next)).ToArray();
            var taken = await db.AllImages
                .Where(image => image.GroupId == groupId && image.DeletedAt == null && numbered.Contains(image.FileName))
                .Select(image => new { image.Id, image.FileName })
                .ToListAsync(cancellationToken);
            taken.ForEach(image => names[image.FileName] = image.Id);
            if (numbered.FirstOrDefault(name => !names.ContainsKey(name)) is { } free)
            {
                return free;
            }
        }
    }

    /// <summary>Finds the image with the content, or null.</summary>
    public Guid? FindSame(byte[] sha256) => contents.TryGetValue(Convert.ToHexString(sha256), out var same) ? same.Id : null;

    /// <summary>Whether the image with the content has lost or damaged objects. A file with this content is needed, because it may restore them.</summary>
    public bool IsDamaged(byte[] sha256) => contents.TryGetValue(Convert.ToHexString(sha256), out var same) && same.HasDamages;

    /// <summary>Throws if another image has the content.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateContent</c>.</exception>
    public void EnsureNew(Guid imageId, byte[] sha256)
    {
        if (contents.TryGetValue(Convert.ToHexString(sha256), out var same) && same.Id != imageId)
        {
            throw new ProblemException(Problems.DuplicateContent, $"The same file is there already, as '{same.FileName}'.") { ExistingId = same.Id };
        }
    }

    /// <summary>Throws if another image has the name or the content.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateContent</c> or <c>duplicateFileName</c>.</exception>
    public void EnsureFree(Guid imageId, string fileName, byte[] sha256)
    {
        EnsureNew(imageId, sha256);
        if (names.TryGetValue(fileName, out var other) && other != imageId)
        {
            throw NameTaken(fileName, other);
        }
    }

    /// <summary>Whether a known image or a pending file has the name.</summary>
    public bool IsTaken(string fileName) => names.ContainsKey(fileName);

    /// <summary>Reserves a free name and content.</summary>
    public void Take(Guid imageId, string fileName, byte[] sha256)
    {
        contents[Convert.ToHexString(sha256)] = (imageId, fileName, HasDamages: false);
        names[fileName] = imageId;
    }

    /// <summary>Reserves a name for a file that is not an image yet.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateFileName</c>.</exception>
    public void Reserve(string fileName)
    {
        if (!names.TryAdd(fileName, Guid.Empty))
        {
            throw NameTaken(fileName, names[fileName]);
        }
    }

    private static ProblemException NameTaken(string fileName, Guid imageId) =>
        new(Problems.DuplicateFileName, $"Another image is called '{fileName}'; choose another name.") { ExistingId = imageId == Guid.Empty ? null : imageId };

    /// <summary>The properties that must be unique in a group.</summary>
    /// <param name="FileName">The image's file name.</param>
    /// <param name="Sha256">The SHA-256 hash of the original file.</param>
    public readonly record struct Entry(string FileName, byte[] Sha256);
}
