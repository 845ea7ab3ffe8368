using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using ImageHub.Application.Choices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>Gets the receipt of one of the caller's own upload batches, with a page of its files in the announced order.</summary>
public sealed record GetUpload : CursorQuery, IRequest<UploadDetails>
{
    /// <summary>Restricts the files to <c>needed</c>, <c>uploaded</c>, <c>duplicate</c> or <c>failed</c>.</summary>
    public string? Status { get; init; }

    [JsonInclude]
    internal Guid Id { get; init; }

    internal GuestVisit? Visit { get; init; }

    internal override int MaxSize => 1_000;

    internal override int DefaultSize => 100;

    /// <summary>Returns a copy of this request with the id of the batch.</summary>
    public GetUpload WithId(Guid id) => this with { Id = id };

    /// <summary>Returns a copy of this request for a guest of a link.</summary>
    public GetUpload WithVisit(GuestVisit visit) => this with { Visit = visit };
}

/// <summary>A receipt with a page of its files.</summary>
public sealed record UploadDetails : UploadReceipt
{
    /// <summary>Combines a receipt and a page of its files.</summary>
    public UploadDetails(UploadReceipt receipt, IReadOnlyList<UploadedFile> files, string? nextCursor)
        : base(receipt) => (Files, NextCursor) = (files, nextCursor);

    /// <summary>The files of the page, in the announced order.</summary>
    public IReadOnlyList<UploadedFile> Files { get; }

    /// <summary>The <c>cursor</c> for the next page; null on the last.</summary>
    public string? NextCursor { get; }
}

/// <summary>A file of a batch and its result.</summary>
/// <param name="Index">The index in the batch, from 0.</param>
/// <param name="FileName">The announced file name.</param>
/// <param name="Bytes">The announced size in bytes.</param>
/// <param name="Sha256">The announced hash.</param>
/// <param name="Status"><c>needed</c>, <c>uploaded</c>, <c>duplicate</c> or <c>failed</c>.</param>
/// <param name="ImageId">The id of the created image, or of the existing image with the same content.</param>
/// <param name="Code">The error code.</param>
/// <param name="Error">The error message.</param>
public sealed record UploadedFile(int Index, string FileName, long Bytes, string? Sha256, UploadStatus Status, Guid? ImageId, string? Code, string? Error)
{
    internal static Expression<Func<UploadFile, UploadedFile>> Projection { get; } = file => new UploadedFile(
        file.Index, file.FileName, file.Bytes, file.Sha256 == null ? null : Convert.ToHexStringLower(file.Sha256), file.Status, file.ImageId, file.Code, file.Error);
}

internal sealed class GetUploadValidator : CursorQueryValidator<GetUpload>
{
    public GetUploadValidator()
    {
        RuleFor(query => query.Status)
            .SetValidator(new OneOfRule<GetUpload>(UploadStatuses.Names))
            .WithMessage(query => $"status is '{query.Status}'; {string.Join(", ", UploadStatuses.Names)} are allowed.");
    }
}

internal sealed class GetUploadHandler(IImageHubDb db, Uploaders uploaders) : IRequestHandler<GetUpload, UploadDetails>
{
    private static readonly Keyset<UploadFile> Order = Keyset<UploadFile>.By("index", file => file.Index, file => file.Id);

    public async Task<UploadDetails> Handle(GetUpload request, CancellationToken cancellationToken)
    {
        var receipt = await db.UploadBatches
            .SentBy(await uploaders.FindAsync(request.Visit, cancellationToken))
            .Where(batch => batch.Id == request.Id)
            .Select(UploadReceipt.Projection)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("upload");
        var files = db.UploadFiles.Where(file => file.BatchId == request.Id);
        if (UploadStatuses.Parse(request.Status) is { } status)
        {
            files = files.Where(file => file.Status == status);
        }

        var (items, next) = await Order.FollowAsync(files, request, UploadedFile.Projection, cancellationToken);
        return new UploadDetails(receipt, items, next);
    }
}

/// <summary>The names of upload states in requests and responses.</summary>
public static class UploadStatuses
{
    private static readonly Dictionary<string, UploadStatus> ByName =
        Enum.GetValues<UploadStatus>().ToDictionary(status => JsonNamingPolicy.CamelCase.ConvertName(status.ToString()), StringComparer.Ordinal);

    /// <summary>All names.</summary>
    internal static IEnumerable<string> Names => ByName.Keys;

    /// <summary>Finds the state with this name; null if there is none.</summary>
    internal static UploadStatus? Parse(string? name) => name is not null && ByName.TryGetValue(name, out var status) ? status : null;

    /// <summary>Returns the name of a state.</summary>
    public static string NameOf(UploadStatus status) => ByName.First(entry => entry.Value == status).Key;
}
