using CsvHelper;
using ImageHub.Application.Uploads;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Uploads;

/// <summary>
/// The files of a receipt as CSV (RFC 4180) with a header line, streamed page by page. A cell that a spreadsheet would interpret as a formula
/// begins with an apostrophe (OWASP, CSV injection).
/// </summary>
internal sealed class ReceiptTable : ActionResult
{
    /// <summary>The value of the query parameter for this format.</summary>
    public const string Format = "csv";

    private const int PageSize = 1_000;

    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape };

    private readonly IMediator mediator;
    private readonly GetUpload query;
    private readonly UploadDetails first;

    private ReceiptTable(IMediator mediator, GetUpload query, UploadDetails first) => (this.mediator, this.query, this.first) = (mediator, query, first);

    /// <summary>Reads the first page, so that errors in the request are reported before the response starts.</summary>
    public static async Task<ReceiptTable> BeginAsync(IMediator mediator, GetUpload query, CancellationToken cancellationToken)
    {
        var whole = query with { Cursor = "", PageSize = PageSize };
        return new ReceiptTable(mediator, whole, await mediator.Send(whole, cancellationToken));
    }

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var (response, cancellationToken) = (context.HttpContext.Response, context.HttpContext.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"upload-{first.Id}.csv");
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentType = "text/csv; charset=utf-8";
        if (HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            return;
        }

        await using var csv = CsvWriter.Create(response.Body, Options, leaveOpen: true);
        csv.WriteHeader("index", "fileName", "bytes", "sha256", "status", "imageId", "code", "error");
        for (var page = first; ; page = await mediator.Send(query with { Cursor = page.NextCursor }, cancellationToken))
        {
            foreach (var file in page.Files)
            {
                csv.WriteField(file.Index);
                csv.WriteField(file.FileName);
                csv.WriteField(file.Bytes);
                csv.WriteField(file.Sha256);
                csv.WriteField(UploadStatuses.NameOf(file.Status));
                csv.WriteField(file.ImageId);
                csv.WriteField(file.Code);
                csv.WriteField(file.Error);
                await csv.EndRecordAsync(cancellationToken);
            }

            if (page.NextCursor is null)
            {
                return;
            }
        }
    }
}
