using System.Globalization;
using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Application.Storage;
using ImageHub.Application.Tags;
using ImageHub.Domain;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>An action on several images.</summary>
public enum BulkAction
{
    /// <summary>Moves them to the trash.</summary>
    Delete,

    /// <summary>Moves them to the end of another group, in the order given.</summary>
    Move,

    /// <summary>Takes them out of the trash.</summary>
    Restore,

    /// <summary>Permanently deletes images in the trash.</summary>
    Purge,

    /// <summary>Changes titles, descriptions, tags, ratings and times taken, and rotates images.</summary>
    Edit,

    /// <summary>Approves guests' photos: moves them to the end of the groups that they were sent for, in the order given.</summary>
    Approve,
}

/// <summary>Applies one action to several images. A failure for one image does not affect the others.</summary>
/// <param name="Action">The action.</param>
/// <param name="Ids">The ids of 1–1,000 images.</param>
/// <param name="GroupId">The target group, for <c>move</c> only.</param>
/// <param name="AddTags">For <c>edit</c> only: tags to append to each image's tags.</param>
/// <param name="RemoveTags">For <c>edit</c> only: tags to remove, unless they are also added.</param>
/// <param name="FirstNumber">
/// For <c>edit</c> only: the number that replaces <c>{n}</c> in the title of the first image, 1–1,000,000; default: 1. With it, a request can continue the
/// numbers of an earlier request.
/// </param>
public sealed record BulkImages(
    BulkAction Action,
    IReadOnlyList<Guid> Ids,
    Guid? GroupId = null,
    IReadOnlyList<string>? AddTags = null,
    IReadOnlyList<string>? RemoveTags = null,
    int? FirstNumber = null) : IRequest<BulkResult>
{
    /// <summary>
    /// For <c>edit</c> only: the title for all images, at most 200 characters; <c>{n}</c> is replaced by a number counting from
    /// <c>firstNumber</c> in the order of <c>ids</c>. Null or empty clears the title; absent keeps it.
    /// </summary>
    public Optional<string> Title { get; init; }

    /// <summary>
    /// For <c>edit</c> only: the description for all images, at most 10,000 characters. Null or empty clears the description; absent keeps it.
    /// </summary>
    public Optional<string> Description { get; init; }

    /// <summary>For <c>edit</c> only: the rating for all images, 1 to 5. Null clears the rating; absent keeps it.</summary>
    public Optional<int?> Rating { get; init; }

    /// <summary>
    /// For <c>edit</c> only: the number of seconds to add to each image's time taken, for a clock that was wrong; at most ten years in either direction. Images
    /// without a time taken stay as they are.
    /// </summary>
    public int? ShiftTakenAtSeconds { get; init; }

    /// <summary>For <c>edit</c> only: 90, 180 or 270 degrees by which to rotate each image clockwise. Not for GIF, AVIF and HEIC.</summary>
    public int? Rotate { get; init; }
}

/// <summary>The result for each image.</summary>
/// <param name="Items">The results in the order of the request.</param>
public sealed record BulkResult(IReadOnlyList<BulkItem> Items);

/// <summary>The result for one image.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Status">
/// The HTTP status that the action would have for this image alone: 204, 400 (too many tags, an implausible time), 404, 409, 413, 422 (rotation impossible) or
/// 503.
/// </param>
/// <param name="Code">The error code; null after a success.</param>
/// <param name="Error">The error message; null after a success.</param>
public sealed record BulkItem(
    Guid Id,
    int Status,
    string? Code = null,
    string? Error = null);

internal sealed class BulkImagesValidator : AbstractValidator<BulkImages>
{
    private const string NumberPlace = "{n}";
    private const int MaxFirstNumber = 1_000_000;

    // Ten years.
    private const int MaxShift = 10 * 366 * 24 * 60 * 60;
    private const string Fields = "title, description, addTags, removeTags, rating, shiftTakenAtSeconds and rotate";

    public BulkImagesValidator()
    {
        RuleFor(bulk => bulk.Action).IsInEnum();
        RuleFor(bulk => bulk.Ids).IdList();
        RuleFor(bulk => bulk.GroupId)
            .NotNull().When(bulk => bulk.Action == BulkAction.Move, ApplyConditionTo.CurrentValidator)
            .WithMessage("groupId is missing; for the action move it must be the id of the target group.")
            .Null().When(bulk => bulk.Action != BulkAction.Move, ApplyConditionTo.CurrentValidator)
            .WithMessage("groupId is only for move.");
        RuleFor(bulk => bulk.Title.Value)
            .OptionalText(Image.MaxTitleLength)
            .Must((bulk, title) => title is null || bulk.Ids is null || Characters.Count(Numbered(title, LastNumber(bulk))) <= Image.MaxTitleLength)
            .WithMessage(bulk => $"title has more than {Image.MaxTitleLength} characters when {NumberPlace} is {LastNumber(bulk)}.");
        RuleFor(bulk => bulk.Description.Value).OptionalText(Image.MaxDescriptionLength);
        RuleFor(bulk => bulk.AddTags).Tags();
        RuleFor(bulk => bulk.RemoveTags).Tags();
        RuleFor(bulk => bulk.Rating.Value).Rating();
        RuleFor(bulk => bulk.ShiftTakenAtSeconds)
            .InclusiveBetween(-MaxShift, MaxShift)
            .WithMessage(bulk => string.Create(CultureInfo.InvariantCulture, $"shiftTakenAtSeconds is {bulk.ShiftTakenAtSeconds}; {-MaxShift} to {MaxShift} is allowed."));
        RuleFor(bulk => bulk.Rotate).Rotation();
        RuleFor(bulk => bulk.FirstNumber)
            .InclusiveBetween(1, MaxFirstNumber)
            .WithMessage(bulk => string.Create(CultureInfo.InvariantCulture, $"firstNumber {bulk.FirstNumber} is not between 1 and {MaxFirstNumber:N0}."))
            .Null().When(bulk => bulk.Action != BulkAction.Edit, ApplyConditionTo.CurrentValidator)
            .WithMessage("firstNumber is only for edit.");
        RuleFor(bulk => bulk.Action)
            .Must((bulk, action) => action != BulkAction.Edit || HasEdits(bulk))
            .WithMessage($"edit needs at least one of {Fields}.")

            // Null is allowed, because some serializers write null for fields that are not set.
            .Must((bulk, action) => action == BulkAction.Edit || bulk is
            {
                Title.Value: null, Description.Value: null, AddTags: null, RemoveTags: null, Rating.Value: null, ShiftTakenAtSeconds: null, Rotate: null,
            })
            .WithMessage($"{Fields} are only for edit.");
    }

    /// <summary>Replaces the placeholder in a title with the number.</summary>
    public static string Numbered(string title, int number) => title.Replace(NumberPlace, number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static int LastNumber(BulkImages bulk) => (bulk.FirstNumber ?? 1) + bulk.Ids.Count - 1;

    private static bool HasEdits(BulkImages bulk) =>
        bulk.Title.IsSet || bulk.Description.IsSet || bulk.Rating.IsSet || bulk is not { AddTags: null, RemoveTags: null, ShiftTakenAtSeconds: null, Rotate: null };
}

internal sealed class BulkImagesHandler(IImageHubDb db, ICaller caller, UnreferencedObjects unreferenced, ImageRotation rotation, TimeProvider clock)
    : IRequestHandler<BulkImages, BulkResult>
{
    /// <summary>The HTTP status of a successful item.</summary>
    private const int Done = 204;

    public async Task<BulkResult> Handle(BulkImages request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, request.Ids, clock, cancellationToken, request.GroupId);
        var items = new List<BulkItem>(request.Ids.Count);
        if (request.Action == BulkAction.Edit)
        {
            var edits = await Edits.FromAsync(db, request, cancellationToken);
            items.AddRange(request.Ids.Select((id, index) => Attempt(id, () => edits.Apply(changes, id, (request.FirstNumber ?? 1) + index))));
            edits.Touch(changes);
        }
        else
        {
            foreach (var id in request.Ids)
            {
                items.Add(await ApplyAsync(changes, request, id, cancellationToken));
            }
        }

        // The keys are read before the commit, because the commit deletes the rows of thumbnails together with their images.
        string[] keys = request.Action == BulkAction.Purge
            ? await KeysAsync([.. items.Where(item => item.Code is null).Select(item => changes.Any(item.Id))], cancellationToken)
            : [];
        await changes.CommitAsync(cancellationToken);
        if (keys.Length > 0)
        {
            await unreferenced.TryDeleteAsync(keys);
        }

        return new BulkResult(request.Rotate is { } degrees ? await RotateAsync(items, degrees, cancellationToken) : items);
    }

    /// <summary>Rotates the images that were edited, a few at a time.</summary>
    private async Task<BulkItem[]> RotateAsync(IReadOnlyList<BulkItem> items, int degrees, CancellationToken cancellationToken)
    {
        BulkItem[] rotated = [.. items];
        await Parallel.ForEachAsync(
            items.Index().Where(item => item.Item.Code is null),
            new ParallelOptions { MaxDegreeOfParallelism = ImageRotation.AtOnce, CancellationToken = cancellationToken },
            async (item, _) =>
            {
                try
                {
                    await rotation.RotateAsync(caller, item.Item.Id, degrees);
                }
                catch (ProblemException problem)
                {
                    rotated[item.Index] = Failed(item.Item.Id, problem);
                }
                catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
                {
                    // Other images may have been rotated, so the request as a whole must not fail.
                    rotated[item.Index] = Failed(item.Item.Id, new ProblemException(Problems.DatabaseUnavailable, "The database did not respond in time, so the image was not rotated; try again."));
                }
            });
        return rotated;
    }

    private async Task<string[]> KeysAsync(Image[] images, CancellationToken cancellationToken)
    {
        var revisions = images.ToDictionary(image => image.Id, image => image.Revision);
        var ids = revisions.Keys.ToArray();
        var thumbnails = await db.Thumbnails
            .Where(thumbnail => ids.Contains(thumbnail.ImageId))
            .Select(thumbnail => new { thumbnail.ImageId, thumbnail.Number })
            .ToListAsync(cancellationToken);
        return
        [
            .. revisions.SelectMany(image => ObjectKey.All(image.Key, image.Value)),
            .. thumbnails.Select(thumbnail => ObjectKey.For(thumbnail.ImageId, revisions[thumbnail.ImageId], ImageVariant.OnRequest(thumbnail.Number))),
        ];
    }

    private static async Task<BulkItem> ApplyAsync(ImageChanges changes, BulkImages request, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await (request.Action switch
            {
                BulkAction.Move => changes.MoveAsync(id, request.GroupId!.Value, null, cancellationToken),
                BulkAction.Approve => changes.ApproveAsync(id, cancellationToken),
                BulkAction.Restore => changes.RestoreAsync(id, cancellationToken),
                BulkAction.Purge => Completed(() => changes.Purge(id)),
                _ => Completed(() => changes.Delete(id)),
            });
            return new BulkItem(id, Done);
        }
        catch (ProblemException problem) when (problem.Problem != Problems.ValidationFailed)
        {
            return Failed(id, problem);
        }
    }

    private static BulkItem Attempt(Guid id, Action edit)
    {
        try
        {
            edit();
            return new BulkItem(id, Done);
        }
        catch (ProblemException problem)
        {
            return Failed(id, problem);
        }
    }

    private static BulkItem Failed(Guid id, ProblemException problem) => new(id, problem.Problem.Status, problem.Problem.Code, problem.Message);

    private static Task Completed(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    /// <summary>The changes, with normalized texts.</summary>
    private sealed record Edits(
        Optional<string> Title, Optional<string> Description, IReadOnlyList<string> AddTags, IReadOnlyList<string> RemoveTags, Optional<int?> Rating, TimeSpan Shift, bool IsRotation)
    {
        /// <summary>The first changed image of each group.</summary>
        private readonly Dictionary<Guid, Image> changed = [];

        public static async Task<Edits> FromAsync(IImageHubDb db, BulkImages request, CancellationToken cancellationToken) => new(
            await ToNfcAsync(db, request.Title, cancellationToken),
            await ToNfcAsync(db, request.Description, cancellationToken),
            await db.NormalizeTagsAsync(request.AddTags ?? [], cancellationToken),
            await db.NormalizeTagsAsync(request.RemoveTags ?? [], cancellationToken),
            request.Rating,
            TimeSpan.FromSeconds(request.ShiftTakenAtSeconds ?? 0),
            request.Rotate is not null);

        private static async ValueTask<Optional<string>> ToNfcAsync(IImageHubDb db, Optional<string> text, CancellationToken cancellationToken) =>
            text.IsSet ? new(await db.ToNfcAsync(text.Value, cancellationToken)) : text;

        /// <summary>Applies the changes to an image.</summary>
        /// <exception cref="ProblemException">
        /// 404, 400 if the image would have too many tags or an implausible time, or 422 if it cannot be rotated.
        /// </exception>
        public void Apply(ImageChanges changes, Guid id, int number)
        {
            var image = changes.Live(id);
            var (title, description, before, rating, takenAt) = (image.Title, image.Description, image.Tags, image.Rating, image.TakenAt);
            string[] tags = [.. before.Except(RemoveTags, StringComparer.Ordinal).Union(AddTags, StringComparer.Ordinal)];
            if (tags.Length > Image.MaxTags)
            {
                throw ProblemException.Invalid("addTags", $"'{image.FileName}' would have {tags.Length} tags; at most {Image.MaxTags} are allowed.");
            }

            if (IsRotation)
            {
                ImageRotation.EnsurePossible(image);
            }

            if (!image.TryShiftTakenAt(Shift))
            {
                throw ProblemException.Invalid(
                    "shiftTakenAtSeconds", $"'{image.FileName}' was taken at {TakenTime.Write(image.TakenAt, null)}; the years {Image.FirstYear} to {Image.LastYear} are allowed.");
            }

            if (Rating.IsSet)
            {
                image.Rate(Rating.Value);
            }

            if (Title.IsSet)
            {
                image.Retitle(Title.Value is null ? null : BulkImagesValidator.Numbered(Title.Value, number));
            }

            if (Description.IsSet)
            {
                image.Describe(Description.Value);
            }

            if (!tags.SequenceEqual(before, StringComparer.Ordinal))
            {
                image.Tag(tags);
            }

            if (image.Title != title || image.Description != description || !ReferenceEquals(image.Tags, before) || image.Rating != rating || image.TakenAt != takenAt || IsRotation)
            {
                changed.TryAdd(image.GroupId, image);
            }
        }

        /// <summary>Sets the time of the last change of each group that has changed images.</summary>
        public void Touch(ImageChanges changes)
        {
            foreach (var image in changed.Values)
            {
                changes.Touch(image, IsRotation);
            }
        }
    }
}
