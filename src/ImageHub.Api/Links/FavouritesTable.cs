using System.Globalization;
using CsvHelper;
using ImageHub.Application.Links;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Links;

/// <summary>
/// What the guests of a link have chosen as CSV (RFC 4180) with a header line, a row for each image of each guest. The guest's id tells those apart who have no name,
/// or the same one. A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection).
/// </summary>
internal sealed class FavouritesTable(Guid linkId, LinkFavourites favourites) : ActionResult
{
    /// <summary>What this form is called in a query.</summary>
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
