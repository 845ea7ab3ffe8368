using System.IO.Compression;
using ImageHub.Api.Archives;
using ImageHub.Application.Choices;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Links;

/// <summary>
/// The favourites of a link's guests as a ZIP of XMP sidecars, which photo software reads beside the files of the same names: five stars, the guest's name as
/// the label and the note as the description. If several guests have chosen, each has a folder.
/// </summary>
internal sealed class FavouritesSidecars(Guid linkId, LinkFavourites favourites) : ActionResult
{
    /// <summary>The value of the query parameter for this format.</summary>
    public const string Format = "xmp";

    private const string Extension = ".xmp";

    // Far more than the longest note and name need, each character with at most 6 bytes of XML.
    private const int MaxEntryBytes = 64 * 1024;

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var (response, cancellationToken) = (context.HttpContext.Response, context.HttpContext.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"favourites-{linkId}.zip");
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentType = ArchiveResult.ContentType;
        if (HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            return;
        }

        var sidecars = context.HttpContext.RequestServices.GetRequiredService<ISidecars>();

        // Closing an entry writes synchronously, which the response does not allow. The buffer has room for an entry.
        await using var buffer = new BufferedStream(response.Body, MaxEntryBytes);
        await using var zip = await ZipArchive.CreateAsync(buffer, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        await using var guests = favourites.Guests.Where(guest => guest.Items.Count > 0).GetAsyncEnumerator(cancellationToken);
        var folders = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        if (!await guests.MoveNextAsync())
        {
            return;
        }

        var first = guests.Current;
        var hasNext = await guests.MoveNextAsync();
        await AddAsync(zip, buffer, sidecars, hasNext ? NameFolder(first, folders) : "", first, cancellationToken);
        for (; hasNext; hasNext = await guests.MoveNextAsync())
        {
            await AddAsync(zip, buffer, sidecars, NameFolder(guests.Current, folders), guests.Current, cancellationToken);
        }
    }

    private static async Task AddAsync(ZipArchive zip, BufferedStream buffer, ISidecars sidecars, string folder, GuestChoice guest, CancellationToken cancellationToken)
    {
        // Photos of the same stem, such as a.jpg and a.png, are told apart by their whole names.
        var stems = guest.Items.CountBy(image => Path.GetFileNameWithoutExtension(image.FileName), StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var image in guest.Items)
        {
            var stem = Path.GetFileNameWithoutExtension(image.FileName);
            var name = MakeUnique((stems[stem] == 1 ? stem : image.FileName) + Extension, names);
            var sidecar = new Sidecar { Caption = new Caption { Rating = Caption.MaxRating, Description = image.Note }, Label = guest.Name };
            await using (var entry = await zip.CreateEntry(folder + name).OpenAsync(cancellationToken))
            {
                await entry.WriteAsync(sidecars.Write(sidecar), cancellationToken);
            }

            await buffer.FlushAsync(cancellationToken);
        }
    }

    private static string NameFolder(GuestChoice guest, Dictionary<string, int> folders) => MakeUnique(FileName.Sanitize(guest.Name ?? "Guest"), folders) + "/";

    /// <summary>Numbers a name that is taken. A deleted image keeps its former file name, which another image may have now.</summary>
    /// <param name="name">The name.</param>
    /// <param name="names">The names that are taken, each with the next number to try, so that many equal names need no search.</param>
    private static string MakeUnique(string name, Dictionary<string, int> names)
    {
        var unique = name;
        while (!names.TryAdd(unique, 2))
        {
            unique = FileName.WithNumber(name, names[name]++);
        }

        return unique;
    }
}
