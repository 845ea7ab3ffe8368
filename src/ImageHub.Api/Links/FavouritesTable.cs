using System.Globalization;
using CsvHelper;
using ImageHub.Application.Choices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Links;

/// <summary>
/// The favourites of a link's guests as CSV (RFC 4180) with a header line and one row per guest and image. The guest's id distinguishes guests
/// without a name or with the same name. A cell that a spreadsheet would interpret as a formula begins with an apostrophe (OWASP, CSV
/// injection).
/// </summary>
internal sealed class FavouritesTable(Guid linkId, LinkFavourites favourites) : ActionResult
{
    /// <summary>The value of the query parameter for this format.</summary>
    public const string Format = "csv";

    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape };

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var (response, cancellationToken) = (context.HttpContext.Response, context.HttpContext.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"favourites-{linkId}.csv");
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentType = "text/csv; charset=utf-8";
        if (HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            return;
        }

        await using var csv = CsvWriter.Create(response.Body, Options, leaveOpen: true);
        csv.WriteHeader("guest", "submittedAt", "imageId", "fileName", "note", "guestId");
        await foreach (var guest in favourites.Guests.WithCancellation(cancellationToken))
        {
            foreach (var image in guest.Items)
            {
                csv.WriteField(guest.Name);
                csv.WriteField(guest.SubmittedAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
                csv.WriteField(image.ImageId);
                csv.WriteField(image.FileName);
                csv.WriteField(image.Note);
                csv.WriteField(guest.Id);
                await csv.EndRecordAsync(cancellationToken);
            }
        }
    }
}
