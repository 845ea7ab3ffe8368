using System.Text.Json.Serialization;
using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Changes an image: an absent field keeps what is there, null clears it.</summary>
public sealed record UpdateImage : IRequest<ImageDetails>
{
    /// <summary>Which image.</summary>
    [JsonIgnore]
    public Guid Id { get; init; }

    /// <summary>At most 200 characters.</summary>
    public Optional<string> Title { get; init; }

    /// <summary>At most 4,000 characters.</summary>
    public Optional<string> Description { get; init; }

    /// <summary>Unique in the group; cannot be cleared. What is unsafe in a file name is replaced.</summary>
    public Optional<string> FileName { get; init; }

    /// <summary>At most 50 tags of at most 100 characters.</summary>
    public Optional<IReadOnlyList<string>> Tags { get; init; }

    /// <summary>The group to move to, at its end; cannot be cleared.</summary>
    public Optional<Guid?> GroupId { get; init; }
}

internal sealed class UpdateImageValidator : AbstractValidator<UpdateImage>
{
    public UpdateImageValidator()
    {
        RuleFor(image => image.Title.Value).OptionalText(Image.MaxTitleLength);
        RuleFor(image => image.Description.Value).OptionalText(Image.MaxDescriptionLength);
        RuleFor(image => image.FileName.Value).RequiredText(255).When(image => image.FileName.IsSet);
        RuleFor(image => image.Tags.Value).Custom((tags, context) =>
        {
            if (ImageTags.Problem(tags ?? []) is { } problem)
            {
                context.AddFailure(problem);
            }
        });
        RuleFor(image => image.GroupId.Value).NotNull().WithMessage("groupId is null; an image belongs to a group.").When(image => image.GroupId.IsSet);
    }
}

internal sealed class UpdateImageHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<UpdateImage, ImageDetails>
{
    public async Task<ImageDetails> Handle(UpdateImage request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], request.GroupId.Value, clock.Now(), cancellationToken);
        var image = await ApplyAsync(changes, request, cancellationToken);
        await changes.CommitAsync(cancellationToken);
        return ImageDetails.Of(image, caller.IsAdmin);
    }

    private static async Task<Image> ApplyAsync(ImageChanges changes, UpdateImage request, CancellationToken cancellationToken)
    {
        var image = changes.Live(request.Id);
        if (request.Title.IsSet)
        {
            image.Retitle(string.IsNullOrWhiteSpace(request.Title.Value) ? null : request.Title.Value.Trim());
        }

        if (request.Description.IsSet)
        {
            image.Describe(request.Description.Value);
        }

        if (request.Tags.IsSet)
        {
            image.Tag(ImageTags.Normalize(request.Tags.Value ?? []));
        }

        if (request.FileName.IsSet)
        {
            await changes.RenameAsync(image, FileName.Sanitize(request.FileName.Value), cancellationToken);
        }

        if (request.GroupId.Value is { } groupId)
        {
            await changes.MoveAsync(image.Id, groupId, cancellationToken);
        }

        changes.Touch(image);
        return image;
    }
}

/// <summary>The rules of tags.</summary>
internal static class ImageTags
{
    /// <summary>What is wrong with tags, or null.</summary>
    public static string? Problem(IReadOnlyCollection<string> tags)
    {
        if (tags.Count > Image.MaxTags)
        {
            return $"tags has {tags.Count} entries; at most {Image.MaxTags} are allowed.";
        }

        if (tags.Any(tag => tag is null))
        {
            return "tags has null; texts are allowed.";
        }

        if (tags.FirstOrDefault(tag => string.IsNullOrWhiteSpace(tag) || tag.Length > Image.MaxTagLength || tag.Any(char.IsControl)) is { } tag)
        {
            return $"tags has '{(tag.Length > 20 ? tag[..20] + "…" : tag)}', {tag.Length} characters long; "
                + $"1 to {Image.MaxTagLength} characters without control characters are allowed.";
        }

        return null;
    }

    /// <summary>Trimmed, each once, in the order given.</summary>
    public static IReadOnlyList<string> Normalize(IEnumerable<string> tags) => [.. tags.Select(tag => tag.Trim()).Distinct(StringComparer.Ordinal)];
}
