using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Tags;

/// <summary>Lists the tags of the images in the list of all images, most used first. For admins and editors, these include users' images.</summary>
/// <param name="Q">Part of the tag, case-insensitive.</param>
/// <param name="WithUsersImages">False for images of groups only. By default, the tags of admins and editors include those of users' images.</param>
public sealed record ListTags(string? Q, bool? WithUsersImages) : IRequest<TagList>
{
    /// <summary>The maximum number of tags in a response.</summary>
    internal const int Max = 100;
}

/// <summary>The most used tags.</summary>
/// <param name="Items">At most 100 tags; tags with the same count are in ordinal order.</param>
public sealed record TagList(IReadOnlyList<TagCount> Items);

/// <summary>A tag.</summary>
/// <param name="Tag">The tag, as <c>GET images?tag=</c> takes it.</param>
/// <param name="Count">The number of images that <c>GET images?tag=</c> lists.</param>
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
        var tags = await db.FacetCounts.ReadMostUsedAsync(FacetKind.Tag, caller.CountedFor(request.WithUsersImages ?? true), pattern, ListTags.Max, cancellationToken);
        return new TagList([.. tags.Select(tag => new TagCount(tag.Value, tag.Count))]);
    }
}
