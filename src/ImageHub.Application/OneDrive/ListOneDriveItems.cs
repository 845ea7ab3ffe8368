using System.ComponentModel.DataAnnotations;
using FluentValidation;
using ImageHub.Application.Errors;
using ImageHub.Application.Paging;
using ImageHub.Application.Secrets;
using MediatR;

namespace ImageHub.Application.OneDrive;

/// <summary>Lists the items of a folder of the connected OneDrive, sorted by name. Supports cursor paging only.</summary>
public sealed record ListOneDriveItems : IRequest<OneDriveItems>
{
    /// <summary>The maximum number of items per page, 1–100. A page may have fewer items even if it is not the last.</summary>
    /// <example>12</example>
    public int? PageSize { get; init; }

    /// <summary>The <c>nextCursor</c> of the previous page; empty or absent for the first page. Opaque.</summary>
    [DisplayFormat(ConvertEmptyStringToNull = false)]
    public string? Cursor { get; init; }

    internal string? FolderId { get; private init; }

    /// <summary>Returns a copy of this request with the id of the folder; null for the root.</summary>
    public ListOneDriveItems WithFolderId(string? folderId) => this with { FolderId = folderId };
}

/// <summary>Items of a folder.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextCursor">The <c>cursor</c> for the next page; null on the last.</param>
public sealed record OneDriveItems(IReadOnlyList<OneDriveItem> Items, string? NextCursor);

internal sealed class ListOneDriveItemsValidator : AbstractValidator<ListOneDriveItems>
{
    public ListOneDriveItemsValidator() => RuleFor(query => query.PageSize)
        .InclusiveBetween(1, PageQuery.MaxPageSize)
        .WithMessage(query => $"pageSize is {query.PageSize}; 1 to {PageQuery.MaxPageSize} are allowed.");
}

internal sealed class ListOneDriveItemsHandler(IDrive drive, DriveRoot root, ISecrets secrets) : IRequestHandler<ListOneDriveItems, OneDriveItems>
{
    public async Task<OneDriveItems> Handle(ListOneDriveItems request, CancellationToken cancellationToken)
    {
        var folder = await root.FindFolderAsync(request.FolderId, cancellationToken);

        // A cursor is the encrypted address of the next page at Graph. Clients cannot forge a cursor, and it is valid for one folder only.
        var purpose = $"onedrive cursor {folder.Item.Id}";
        var page = string.IsNullOrEmpty(request.Cursor)
            ? await drive.ListChildrenAsync(folder.Item.Id, request.PageSize ?? PageQuery.DefaultPageSize, withThumbnails: true, cancellationToken)
            : await drive.ContinueAsync(Next(request.Cursor, purpose), cancellationToken);
        return new OneDriveItems([.. page.Items.Select(item => OneDriveItem.From(item, secrets))], page.Next is null ? null : secrets.Protect(purpose, page.Next));
    }

    private string Next(string cursor, string purpose) => secrets.Unprotect(purpose, cursor)
        ?? throw ProblemException.Invalid("cursor", "cursor was not issued for this folder; start with an empty one.");
}
