using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>The receipt of one of the caller's own upload batches, with a page of its files in the order announced.</summary>
public sealed record GetUpload : CursorQuery, IRequest<UploadDetails>
{
    /// <summary>Only files that are <c>needed</c>, <c>uploaded</c>, <c>duplicate</c> or <c>failed</c>.</summary>
    public string? Status { get; init; }

    [JsonInclude]
    internal Guid Id { get; init; }

    internal override int MaxSize => 1_000;

    internal override int DefaultSize => 100;

    /// <summary>The same request for a batch.</summary>
    public GetUpload WithId(Guid id) => this with { Id = id };
}

/// <summary>A receipt with a page of its files.</summary>
public sealed record UploadDetails : UploadReceipt
{
    /// <summary>A receipt and a page of its files.</summary>
    public UploadDetails(UploadReceipt receipt, IReadOnlyList<UploadedFile> files, string? nextCursor)
        : base(receipt) => (Files, NextCursor) = (files, nextCursor);

    /// <summary>The page's files, in the order announced.</summary>
    public IReadOnlyList<UploadedFile> Files { get; }

    /// <summary>What to send as <c>cursor</c> for the next page; null on the last.</summary>
    public string? NextCursor { get; }
}

/// <summary>A file of a batch and its result.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="FileName">The name that it was to have.</param>
/// <param name="Bytes">Its size, as announced.</param>
/// <param name="Sha256">Its hash, as announced.</param>
/// <param name="Status"><c>needed</c>, <c>uploaded</c>, <c>duplicate</c> or <c>failed</c>.</param>
/// <param name="ImageId">The image that it became, or that has the same bytes.</param>
/// <param name="Code">Why it failed, as a code.</param>
/// <param name="Error">Why it failed, as text.</param>
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

internal sealed class GetUploadHandler(IImageHubDb db, ICaller caller) : IRequestHandler<GetUpload, UploadDetails>
{
    private static readonly Keyset<UploadFile> Order = Keyset<UploadFile>.By("index", file => file.Index, file => file.Id);

    public async Task<UploadDetails> Handle(GetUpload request, CancellationToken cancellationToken)
    {
        var receipt = await db.UploadBatches
            .Where(batch => batch.Id == request.Id && batch.AccountId == caller.UserId)
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

/// <summary>The states of files as they travel.</summary>
public static class UploadStatuses
{
    private static readonly Dictionary<string, UploadStatus> ByName =
        Enum.GetValues<UploadStatus>().ToDictionary(status => JsonNamingPolicy.CamelCase.ConvertName(status.ToString()), StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    internal static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The state with that name, or null.</summary>
    internal static UploadStatus? Parse(string? name) => name is not null && ByName.TryGetValue(name, out var status) ? status : null;

    /// <summary>A state's name.</summary>
    public static string NameOf(UploadStatus status) => ByName.First(entry => entry.Value == status).Key;
}
