using System.Text.Json;
using ImageHub.Domain.Groups;

namespace ImageHub.Api.Console.Adding;

/// <summary>The file in which Google Takeout describes an album.</summary>
internal static class AlbumFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads the album's title from the files of its folder; null without a readable file, and without a title.</summary>
    public static string? FindTitle(IReadOnlyList<LocalFile> files)
    {
        var file = files.FirstOrDefault(file => file.Name == SidecarNames.OfAlbum);
        try
        {
            if (file is null || file.State.Bytes is < 0 or > MaxBytes)
            {
                return null;
            }

            using var content = File.OpenRead(file.Path);
            using var album = JsonDocument.Parse(content);
            var title = album.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("title", out var value) && value.ValueKind == JsonValueKind.String
                ? Terminal.Printable(value.GetString()!).Trim()
                : "";
            return title.Length is 0 or > Group.MaxTitleLength ? null : title;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
