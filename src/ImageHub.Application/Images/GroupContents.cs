using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>
/// The duplicate rule: among the images of a group that are not in the trash no two have the same name or the same bytes. It holds those
/// names and contents of a group that the files at hand could clash with.
/// </summary>
internal sealed class GroupContents
{
    private readonly Dictionary<string, Guid> names;
    private readonly Dictionary<string, (Guid Id, string FileName)> contents;

    private GroupContents(Dictionary<string, Guid> names, Dictionary<string, (Guid Id, string FileName)> contents)
    {
        this.names = names;
        this.contents = contents;
    }

    /// <summary>Reads what files with these names and SHA-256 hashes could clash with.</summary>
    public static async Task<GroupContents> ReadAsync(
        IImageHubDb db, Guid groupId, string[] fileNames, byte[][] hashes, CancellationToken cancellationToken)
    {
        var rows = await db.Images
            .Where(image => image.GroupId == groupId && image.DeletedAt == null && (fileNames.Contains(image.FileName) || hashes.Contains(image.Sha256)))
            .Select(image => new { image.Id, image.FileName, image.Sha256 })
            .ToListAsync(cancellationToken);
        return new GroupContents(
            rows.ToDictionary(row => row.FileName, row => row.Id, StringComparer.Ordinal),
            rows.ToDictionary(row => Convert.ToHexString(row.Sha256), row => (row.Id, row.FileName), StringComparer.Ordinal));
    }

    /// <summary>Fails when another image has the content.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateContent</c>.</exception>
    public void EnsureNew(Guid imageId, byte[] sha256)
    {
        if (contents.TryGetValue(Convert.ToHexString(sha256), out var same) && same.Id != imageId)
        {
            throw new ProblemException(Problems.DuplicateContent, $"The same file is there already, as '{same.FileName}'.") { ExistingId = same.Id };
        }
    }

    /// <summary>Fails when another image has the name or the content.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateContent</c> or <c>duplicateFileName</c>.</exception>
    public void EnsureFree(Guid imageId, string fileName, byte[] sha256)
    {
        EnsureNew(imageId, sha256);
        if (names.TryGetValue(fileName, out var other) && other != imageId)
        {
            throw new ProblemException(Problems.DuplicateFileName, $"Another image is called '{fileName}'; choose another name.") { ExistingId = other };
        }
    }

    /// <summary>Takes a name and a content that are free.</summary>
    public void Take(Guid imageId, string fileName, byte[] sha256)
    {
        contents[Convert.ToHexString(sha256)] = (imageId, fileName);
        names[fileName] = imageId;
    }
}
