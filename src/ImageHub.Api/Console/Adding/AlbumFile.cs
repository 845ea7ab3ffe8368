using ImageHub.Application.Images;

namespace ImageHub.Api.Console.Adding;

/// <summary>The file in which Google Takeout describes an album.</summary>
internal static class AlbumFile
{
    /// <summary>
    /// Reads the title from the album file among a folder's files. Returns null if this file is missing, unreadable, too large or without a usable title.
    /// </summary>
    public static string? FindTitle(IReadOnlyList<LocalFile> files)
    {
        var file = files.FirstOrDefault(file => file.Name == SidecarNames.OfAlbum);
        try
        {
            return file is not { State.Bytes: >= 0 and <= AlbumTitle.MaxBytes } ? null
                : AlbumTitle.Read(File.ReadAllBytes(file.Path)) is { } title ? Terminal.Printable(title).Trim() : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
