using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>The tags of the images that the caller lists, the most used ones first; for admins also those of users' images.</summary>
/// <param name="Q">Part of the tag, in any case.</param>
public sealed record ListTags(string? Q) : IRequest<TagList>
{
    /// <summary>How many tags an answer has at most.</summary>
    internal const int Max = 100;
}

/// <summary>The most used tags.</summary>
/// <param name="Items">At most 100; those that as many images have in the order of their characters.</param>
public sealed record TagList(IReadOnlyList<TagCount> Items);

/// <summary>A tag.</summary>
/// <param name="Tag">The tag, as <c>GET images?tag=</c> takes it.</param>
/// <param name="Count">How many images <c>GET images?tag=</c> lists.</param>
public sealed record TagCount(string Tag, int Count);

internal sealed class ListTagsValidator : AbstractValidator<ListTags>
{
    public ListTagsValidator() => RuleFor(query => query.Q).SearchText();
}

internal sealed class ListTagsHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListTags, TagList>
{
    public async Task<TagList> Handle(ListTags request, CancellationToken cancellationToken)
    {
        var pattern = await db.SearchPatternAsync(request.Q ?? "", cancellationToken);
        var tags = await db.FacetCounts.ReadMostUsedAsync(FacetKind.Tag, caller.CountedFor(), pattern, ListTags.Max, cancellationToken);
        return new TagList([.. tags.Select(tag => new TagCount(tag.Value, tag.Count))]);
    }
}
