using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

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

    /// <summary>Deletes what lies in the trash for good.</summary>
    Purge,
}

/// <summary>Applies one action to several images. A failure for one image does not affect the others.</summary>
/// <param name="Action">The action.</param>
/// <param name="Ids">1–1,000 images.</param>
/// <param name="GroupId">The target group, for <c>move</c> only.</param>
public sealed record BulkImages(BulkAction Action, IReadOnlyList<Guid> Ids, Guid? GroupId = null) : IRequest<BulkResult>;

/// <summary>The result for each image.</summary>
/// <param name="Items">In the order asked for.</param>
public sealed record BulkResult(IReadOnlyList<BulkItem> Items);

/// <summary>The result for one image.</summary>
/// <param name="Id">Which image.</param>
/// <param name="Status">The HTTP status that the same request for this image alone would have: 204, 404, 409 or 413.</param>
/// <param name="Code">What went wrong.</param>
/// <param name="Error">What went wrong, as text.</param>
public sealed record BulkItem(
    Guid Id,
    int Status,
    string? Code = null,
    string? Error = null);

internal sealed class BulkImagesValidator : AbstractValidator<BulkImages>
{
    public BulkImagesValidator()
    {
        RuleFor(bulk => bulk.Action).IsInEnum();
        RuleFor(bulk => bulk.Ids).IdList();
        RuleFor(bulk => bulk.GroupId)
            .NotNull().When(bulk => bulk.Action == BulkAction.Move, ApplyConditionTo.CurrentValidator)
            .WithMessage("groupId is missing; move needs the group to move to.")
            .Null().When(bulk => bulk.Action != BulkAction.Move, ApplyConditionTo.CurrentValidator)
            .WithMessage("groupId is only for move.");
    }
}

internal sealed class BulkImagesHandler(IImageHubDb db, IObjectStore store, TimeProvider clock, ILogger<BulkImagesHandler> logger)
    : IRequestHandler<BulkImages, BulkResult>
{
    private const int Done = 204;

    public async Task<BulkResult> Handle(BulkImages request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, request.Ids, clock, cancellationToken, request.GroupId);
        var items = new List<BulkItem>(request.Ids.Count);
        foreach (var id in request.Ids)
        {
            items.Add(await ApplyAsync(changes, request, id, cancellationToken));
        }

        // Before the commit, which deletes the rows of the thumbnails together with those of their images.
        string[] keys = request.Action == BulkAction.Purge
            ? await KeysAsync([.. items.Where(item => item.Status == Done).Select(item => changes.Any(item.Id))], cancellationToken)
            : [];
        await changes.CommitAsync(cancellationToken);
        if (keys.Length > 0)
        {
            await store.TryDeleteAsync(keys, logger);
        }

        return new BulkResult(items);
    }

    private async Task<string[]> KeysAsync(Image[] images, CancellationToken cancellationToken)
    {
        var revisions = images.ToDictionary(image => image.Id, image => image.Revision);
        var ids = revisions.Keys.ToArray();
        var thumbnails = await db.Thumbnails
            .Where(thumbnail => ids.Contains(thumbnail.ImageId))
            .Select(thumbnail => new { thumbnail.ImageId, thumbnail.Height })
            .ToListAsync(cancellationToken);
        return
        [
            .. revisions.SelectMany(image => ObjectKey.All(image.Key, image.Value)),
            .. thumbnails.Select(thumbnail => ObjectKey.For(thumbnail.ImageId, revisions[thumbnail.ImageId], ImageVariant.Thumbnail(thumbnail.Height))),
        ];
    }

    private static async Task<BulkItem> ApplyAsync(ImageChanges changes, BulkImages request, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await (request.Action switch
            {
                BulkAction.Move => changes.MoveAsync(id, request.GroupId!.Value, null, cancellationToken),
                BulkAction.Restore => changes.RestoreAsync(id, cancellationToken),
                BulkAction.Purge => Completed(() => changes.Purge(id)),
                _ => Completed(() => changes.Delete(id)),
            });
            return new BulkItem(id, Done);
        }
        catch (ProblemException problem) when (problem.Problem != Problems.ValidationFailed)
        {
            return new BulkItem(id, problem.Problem.Status, problem.Problem.Code, problem.Message);
        }
    }

    private static Task Completed(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
