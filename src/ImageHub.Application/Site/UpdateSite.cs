using System.Globalization;
using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Site;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>Updates the site. Absent fields keep their values; null clears a field.</summary>
public sealed record UpdateSite : IRequest<SiteResponse>
{
    /// <summary>1–100 characters; null: the default title.</summary>
    public Optional<string> Title { get; init; }

    /// <summary>At most 2,000 characters.</summary>
    public Optional<string> Introduction { get; init; }

    /// <summary>At most 100 characters.</summary>
    public Optional<string> Photographer { get; init; }

    /// <summary>The text of the page about the photographer: at most 4,000 characters. Without it there is no such page.</summary>
    public Optional<string> About { get; init; }

    /// <summary>An e-mail address for visitors, shown on the page about the photographer: at most 254 characters.</summary>
    public Optional<string> Email { get; init; }

    /// <summary><c>#rrggbb</c>; white text on it must have a contrast of at least 4.5:1 (WCAG 2.2).</summary>
    public Optional<string> Accent { get; init; }

    /// <summary>At most 8 links, which replace all existing ones.</summary>
    public Optional<IReadOnlyList<FooterLink>> Footer { get; init; }

    /// <summary>The layout of groups' photos; null is not accepted.</summary>
    public Optional<PhotoLayout?> Layout { get; init; }

    /// <summary>The typeface of titles; null is not accepted.</summary>
    public Optional<TitleTypeface?> Typeface { get; init; }

    /// <summary>
    /// The watermark on photos of groups and links that require one; null removes it, which is refused while a group or link requires a watermark.
    /// </summary>
    public Optional<Watermark> Watermark { get; init; }
}

internal sealed class UpdateSiteValidator : AbstractValidator<UpdateSite>
{
    private const int QuotedCharacters = 20;

    public UpdateSiteValidator()
    {
        RuleFor(site => site.Title.Value)
            .OptionalText(SiteProfile.MaxTitleLength)
            .Must(title => title is null || !string.IsNullOrWhiteSpace(title))
            .WithMessage($"title must not be empty; 1 to {SiteProfile.MaxTitleLength} characters are allowed, or null.");
        RuleFor(site => site.Introduction.Value).OptionalText(SiteProfile.MaxIntroductionLength);
        RuleFor(site => site.Photographer.Value).OptionalText(SiteProfile.MaxPhotographerLength);
        RuleFor(site => site.About.Value).OptionalText(SiteProfile.MaxAboutLength);
        RuleFor(site => site.Email.Value)
            .OptionalText(SiteProfile.MaxEmailLength)
            .Must(email => email is null || SiteProfile.IsEmail(email))
            .WithMessage((_, email) => $"email is '{Characters.Take(email!, QuotedCharacters)}'; an address such as name@example.com is allowed, or null.");
        RuleFor(site => site.Accent.Value)
            .SetValidator(new TextFormRule<UpdateSite>("^#[0-9A-Fa-f]{6}$", AccentColour.IsColour))
            .WithMessage((_, accent) => $"accent is '{Characters.Take(accent!, QuotedCharacters)}'; a colour such as #1f5f8b is allowed, or null.")
            .Must(accent => accent is null || !AccentColour.IsColour(accent) || AccentColour.ContrastWithWhite(accent) >= AccentColour.MinContrast)
            .WithMessage((_, accent) => string.Create(
                CultureInfo.InvariantCulture,
                $"accent is '{accent}', on which white text has a contrast of {Math.Floor(AccentColour.ContrastWithWhite(accent!) * 10) / 10:0.0}:1; a darker colour is allowed, with {AccentColour.MinContrast}:1 or more (WCAG 2.2)."));
        RuleFor(site => site.Footer.Value)
            .SetValidator(new ListSizeRule<UpdateSite, FooterLink>(0, SiteProfile.MaxFooterLinks))
            .WithMessage((_, footer) => $"footer has {footer!.Count} entries; at most {SiteProfile.MaxFooterLinks} are allowed.");
        RuleForEach(site => site.Footer.Value)
            .NotNull()
            .WithMessage("footer must not contain null.")
            .SetValidator(new FooterLinkValidator())
            .When(site => site.Footer.Value is { Count: <= SiteProfile.MaxFooterLinks });
        RuleFor(site => site.Layout.Value).NotNull().WithMessage("layout is null; rows, columns and single are allowed.").When(site => site.Layout.IsSet);
        RuleFor(site => site.Watermark.Value!).SetValidator(new WatermarkValidator()).When(site => site.Watermark.Value is not null);
        RuleFor(site => site.Typeface.Value).NotNull().WithMessage("typeface is null; serif and sans are allowed.").When(site => site.Typeface.IsSet);
    }
}

internal sealed class WatermarkValidator : AbstractValidator<Watermark>
{
    public WatermarkValidator()
    {
        RuleFor(mark => mark.Opacity)
            .InclusiveBetween(Watermark.MinOpacity, 1)
            .WithMessage(string.Create(CultureInfo.InvariantCulture, $"opacity is {{PropertyValue}}; it must be {Watermark.MinOpacity} to 1."));
        RuleFor(mark => mark.WidthPercent)
            .InclusiveBetween(Watermark.MinWidthPercent, Watermark.MaxWidthPercent)
            .WithMessage($"widthPercent is {{PropertyValue}}; it must be {Watermark.MinWidthPercent} to {Watermark.MaxWidthPercent} (percent of the picture's width).");
    }
}

internal sealed class FooterLinkValidator : AbstractValidator<FooterLink>
{
    public FooterLinkValidator()
    {
        RuleFor(link => link.Label).RequiredText(FooterLink.MaxLabelLength);
        RuleFor(link => link.Url)
            .RequiredText(FooterLink.MaxUrlLength)
            .Must(url => string.IsNullOrWhiteSpace(url) || FooterLink.IsAllowed(url))
            .WithMessage("url must be an address that begins with https:// or mailto:, without spaces and credentials.");
    }
}

internal sealed class UpdateSiteHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<UpdateSite, SiteResponse>
{
    public async Task<SiteResponse> Handle(UpdateSite request, CancellationToken cancellationToken)
    {
        var title = await db.ToNfcAsync(request.Title.Value?.Trim(), cancellationToken);
        var introduction = await db.ToNfcAsync(request.Introduction.Value, cancellationToken);
        var photographer = await db.ToNfcAsync(request.Photographer.Value, cancellationToken);
        var about = await db.ToNfcAsync(request.About.Value, cancellationToken);
        var footer = request.Footer.Value ?? [];
        var labels = await db.ToNfcAsync([.. footer.Select(link => link.Label.Trim())], cancellationToken);
        var (transaction, site) = await db.Locks.LockSiteAsync(cancellationToken);
        await using var _ = transaction;
        if (request.Title.IsSet)
        {
            site.SetTitle(title);
        }

        if (request.Introduction.IsSet)
        {
            site.SetIntroduction(introduction);
        }

        if (request.Photographer.IsSet)
        {
            site.SetPhotographer(photographer);
        }

        if (request.About.IsSet)
        {
            site.SetAbout(about);
        }

        if (request.Email.IsSet)
        {
            site.SetEmail(request.Email.Value);
        }

        if (request.Accent.IsSet)
        {
            site.SetAccent(request.Accent.Value);
        }

        if (request.Footer.IsSet)
        {
            site.SetFooter([.. footer.Zip(labels, (link, label) => link with { Label = label })]);
        }

        if (request.Layout.IsSet)
        {
            site.SetLayout(request.Layout.Value!.Value);
        }

        if (request.Typeface.IsSet)
        {
            site.SetTypeface(request.Typeface.Value!.Value);
        }

        if (request.Watermark.IsSet)
        {
            await EnsureMayMarkAsync(request.Watermark.Value, cancellationToken);
            site.SetWatermark(request.Watermark.Value, clock.Now());
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await db.ReadSiteAsync(cancellationToken);
    }

    private async Task EnsureMayMarkAsync(Watermark? watermark, CancellationToken cancellationToken)
    {
        if (watermark is null)
        {
            var (groups, links) = (await db.AllGroups.CountAsync(group => group.HasWatermark, cancellationToken), await db.Links.CountAsync(link => link.HasWatermark == true, cancellationToken));
            if (groups + links > 0)
            {
                throw new ProblemException(
                    Problems.WatermarkInUse, $"watermark is null, but {groups} groups, including groups in the trash, and {links} links require a watermark; change or delete them first.");
            }

            return;
        }

        // The lock keeps the image out of the trash until the site names it.
        var images = await db.Locks.LockImagesAsync([watermark.ImageId], cancellationToken);
        if (images.GetValueOrDefault(watermark.ImageId) is not { OwnerId: null, GuestId: null, DeletedAt: null })
        {
            throw ProblemException.Invalid("watermark.imageId", $"watermark.imageId is {watermark.ImageId}; it must be an image of a group that is not in the trash.");
        }
    }
}
