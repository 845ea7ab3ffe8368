using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Duplicates;

/// <summary>Marks images as not being duplicates of each other, so that they are no longer listed, or removes the mark.</summary>
/// <param name="Ids">The ids of 1–1,000 images. An image that is similar to none of the others is ignored.</param>
/// <param name="Kept"><see langword="false"/> removes the mark. Default: <see langword="true"/>.</param>
public sealed record KeepDuplicates(IReadOnlyList<Guid> Ids, bool? Kept = null) : IRequest;

internal sealed class KeepDuplicatesValidator : AbstractValidator<KeepDuplicates>
{
    public KeepDuplicatesValidator() => RuleFor(keep => keep.Ids).IdList();
}

internal sealed class KeepDuplicatesHandler(IImageHubDb db) : IRequestHandler<KeepDuplicates>
{
    public async Task<Unit> Handle(KeepDuplicates request, CancellationToken cancellationToken)
    {
        var ids = request.Ids.ToArray();
        var isKept = request.Kept ?? true;
        await db.SimilarImages
            .Where(pair => ids.Contains(pair.NewerId) && ids.Contains(pair.OlderId))
            .ExecuteUpdateAsync(pair => pair.SetProperty(row => row.IsKept, isKept), cancellationToken);
        return Unit.Value;
    }
}
