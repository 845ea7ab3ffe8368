using System.Globalization;
using System.Text.Json.Nodes;
using ImageHub.Api.Site;
using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Links;
using ImageHub.Application.Site;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ImageHub.Api.Web;

/// <summary>
/// The pages with server-rendered metadata. Each page is an endpoint outside the route table. Requests for a page pass through the same middleware as requests
/// for routes. Because a page's path is no route, routing never answers it with 405.
/// </summary>
internal sealed class PageEndpoints
{
    /// <summary>The number of photos on a group's page for browsers without scripts.</summary>
    private const int PlainPhotos = 60;

    /// <summary>A group with at most this many photos has no full-width cover. sizes.ts has the same number.</summary>
    private const int Few = 4;

    private readonly FirstPage firstPage;
    private readonly SiteAddresses addresses;
    private readonly SiteSettings settings;
    private readonly WebHeaders headers;
    private readonly Dictionary<PageKind, Endpoint> endpoints;

    public PageEndpoints(FirstPage firstPage, SiteAddresses addresses, SiteSettings settings, WebHeaders headers)
    {
        (this.firstPage, this.addresses, this.settings, this.headers) = (firstPage, addresses, settings, headers);
        var kept = new KeepsPageAttribute(firstPage.Version);
        endpoints = new Dictionary<PageKind, Endpoint>
        {
            [PageKind.Gallery] = NewEndpoint("/", ReadGalleryAsync, kept),
            [PageKind.About] = NewEndpoint(PageAddress.ForAbout, ReadAboutAsync, kept),
            [PageKind.Group] = NewEndpoint("/groups/{group}", ReadGroupAsync, kept),
            [PageKind.Image] = NewEndpoint("/groups/{group}/images/{imageId}", ReadImageAsync, kept),
            [PageKind.Shared] = NewEndpoint("/shared/{token}", ReadSharedAsync, kept: null),
            [PageKind.SharedImage] = NewEndpoint("/shared/{token}/images/{imageId}", ReadSharedAsync, kept: null),
        };
    }

    private delegate Task<PageContent> ReadPage(PageAddress address, SiteResponse site, IMediator mediator, CancellationToken cancellationToken);

    /// <summary>Whether a request is for a page with server-rendered metadata. Some of these pages are visible only to some callers.</summary>
    public static bool IsPage(HttpContext context) => context.Features.Get<PageAddress>() is not null;

    /// <summary>Selects the page's endpoint if the path belongs to a page.</summary>
    public bool TrySelect(HttpContext context)
    {
        if (!firstPage.IsTemplate || PageAddress.Find(context.Request.Path.Value ?? "") is not { } address)
        {
            return false;
        }

        if (address.Kind == PageKind.Gallery && int.TryParse(context.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1)
        {
            address = address with { Number = number };
        }

        context.Features.Set(address);
        context.SetEndpoint(endpoints[address.Kind]);
        return true;
    }

    private static PageContent Missing(SiteResponse site) => new(site) { IsListed = false, CacheControl = "no-store" };

    private RouteEndpoint NewEndpoint(string template, ReadPage read, KeepsPageAttribute? kept) => new(
        context => AnswerAsync(context, read),
        RoutePatternFactory.Parse(template),
        order: 0,
        new EndpointMetadataCollection([new AllowAnonymousAttribute(), .. kept is null ? [] : (object[])[kept]]),
        template);

    private async Task AnswerAsync(HttpContext context, ReadPage read)
    {
        if (await context.RequestServices.GetRequiredService<IKeptAnswers>().CheckAsync() == KeptAnswerUse.Stale)
        {
            // The database is known to be unavailable. The app is sent at once, without another attempt.
            await firstPage.SendAsync(context);
            return;
        }

        var mediator = context.RequestServices.GetRequiredService<IMediator>();
        var address = context.Features.Get<PageAddress>()!;
        var site = settings.AddTo(await mediator.Send(new GetSite(), context.RequestAborted));
        var (status, page) = (StatusCodes.Status404NotFound, Missing(site));
        try
        {
            if (address.Path is not null)
            {
                if (address.GroupName is not null)
                {
                    address = address.WithGroup(await mediator.Send(new FindGroupByAddress(address.GroupName), context.RequestAborted));
                    context.Features.Set(address);
                }

                page = await read(address, site, mediator, context.RequestAborted);
                status = StatusCodes.Status200OK;
            }
        }
        catch (ProblemException problem) when (problem.Problem == Problems.NotFound)
        {
            // Unknown, hidden and trashed resources are indistinguishable.
        }

        if (status == StatusCodes.Status200OK && address.IsOutdated)
        {
            // Not permanent: the slug may change again, and another group may get it.
            headers.Set(context, page.CacheControl);
            context.Response.Redirect(address.Path + context.Request.QueryString.ToUriComponent());
            return;
        }

        await firstPage.SendAsync(context, status, page);
    }

    private async Task<PageContent> ReadGalleryAsync(PageAddress address, SiteResponse site, IMediator mediator, CancellationToken cancellationToken)
    {
        var groups = await mediator.Send(new ListFrontGroups(address.Number), cancellationToken);
        var data = Website(site);
        data["description"] = PageHead.Shorten(site.Introduction);
        return new PageContent(site)
        {
            Description = site.Introduction ?? "A gallery of photographs.",
            Path = address.Number > 1 ? string.Create(CultureInfo.InvariantCulture, $"{address.Path}?page={address.Number}") : address.Path,
            Picture = groups.Groups is [{ Cover: var cover }, ..] ? cover : null,
            Data = WithAuthor(data, site),
            FirstScreen = FirstScreen.WriteGallery(site, groups, address.Number),
            IsGallery = true,
        };
    }

    private Task<PageContent> ReadAboutAsync(PageAddress address, SiteResponse site, IMediator mediator, CancellationToken cancellationToken)
    {
        var about = site.About ?? throw ProblemException.NotFound("page");
        var name = site.Photographer ?? site.Title;
        var person = Person(name);
        person["email"] = site.Email;
        return Task.FromResult(new PageContent(site, name)
        {
            Description = about,
            Path = address.Path,
            Data = Without(new JsonObject { ["@type"] = "AboutPage", ["url"] = addresses.To(PageAddress.ForAbout), ["mainEntity"] = Without(person), ["isPartOf"] = Website(site) }),
            FirstScreen = FirstScreen.WriteAbout(name, about, site.Email),
        });
    }

    private async Task<PageContent> ReadGroupAsync(PageAddress address, SiteResponse site, IMediator mediator, CancellationToken cancellationToken)
    {
        var group = address.Group!;
        var images = await mediator.Send(new ListGroupImages { Cursor = "", PageSize = PlainPhotos }.WithGroupId(group.Id), cancellationToken);
        var below = group.GroupCount == 0 ? [] : (await mediator.Send(new ListGroups { ParentId = group.Id.ToString(), Cursor = "", PageSize = PlainPhotos }, cancellationToken)).Items;
        var data = new JsonObject
        {
            ["@type"] = "ImageGallery",
            ["name"] = group.Title,
            ["description"] = PageHead.Shorten(group.Description),
            ["url"] = addresses.To(address.Path!),
            ["datePublished"] = Time(group.CreatedAt),
            ["dateModified"] = Time(group.UpdatedAt),
            ["image"] = group.Cover is null ? null : Photo(group.Cover),
            ["isPartOf"] = Website(site),
            ["breadcrumb"] = group.Path.Count == 0 ? null : Breadcrumb(group),
        };
        return new PageContent(site, group.Title)
        {
            Description = group.Description ?? (group.ImageCount == 1 ? "1 photo." : string.Create(CultureInfo.InvariantCulture, $"{group.ImageCount:N0} photos.")),
            Path = address.Path,
            Picture = group.Cover,
            Data = WithAuthor(data, site),
            FirstScreen = FirstScreen.WriteGroup(group.Id, group.Title, group.Description, group.ImageCount > Few ? group.Cover : null, address.Path!, images.Items, group.Path, below),
            IsEmbeddable = group.IsPublic,
            CacheControl = CacheControl(group),
        };
    }

    private async Task<PageContent> ReadImageAsync(PageAddress address, SiteResponse site, IMediator mediator, CancellationToken cancellationToken)
    {
        var group = address.Group!;
        var image = await mediator.Send(new GetImage(address.ImageId), cancellationToken);
        if (image.GroupId.Value != group.Id)
        {
            throw ProblemException.NotFound("image");
        }

        var data = Photo(image);
        data["description"] = PageHead.Shorten(image.Description);
        data["url"] = addresses.To(address.Path!);
        data["uploadDate"] = Time(image.CreatedAt);
        data["isPartOf"] = new JsonObject { ["@type"] = "ImageGallery", ["name"] = group.Title, ["url"] = addresses.To(PageAddress.ForGroup(group.Slug)) };
        if (site.Photographer is not null)
        {
            data["creator"] = Person(site.Photographer);
            data["creditText"] = site.Photographer;
        }

        return new PageContent(site, Name(image))
        {
            Description = image.Description ?? group.Title,
            Path = address.Path,
            Picture = image,
            Data = Without(data),
            FirstScreen = FirstScreen.WriteImage(image, PageAddress.ForGroup(group.Slug)),
            IsEmbeddable = group.IsPublic,
            CacheControl = CacheControl(group),
        };
    }

    /// <summary>Reads the page of a shared group or image. The metadata does not contain the page's address, because the address contains the token.</summary>
    private static async Task<PageContent> ReadSharedAsync(PageAddress address, SiteResponse site, IMediator mediator, CancellationToken cancellationToken)
    {
        var shared = await mediator.Send(new PreviewSharedGroup(address.Token!), cancellationToken);
        return new PageContent(site, shared.Title)
        {
            Description = shared.Description,
            Picture = shared.Cover,
            FirstScreen = address.Kind == PageKind.Shared && shared.ImageCount is { } count
                ? FirstScreen.WriteGroup(null, shared.Title!, shared.Description, count > Few ? shared.Cover : null, address.Path!, images: [], above: [], below: [])
                : "",
            IsListed = false,
        };
    }

    /// <summary>The breadcrumbs of a group's page: the groups above and the group itself.</summary>
    private JsonObject Breadcrumb(GroupResponse group) => new()
    {
        ["@type"] = "BreadcrumbList",
        ["itemListElement"] = new JsonArray([.. group.Path.Append(new GroupAbove(group.Id, group.Title)).Select((above, index) => new JsonObject
        {
            ["@type"] = "ListItem",
            ["position"] = index + 1,
            ["name"] = above.Title,
            ["item"] = addresses.To(PageAddress.ForGroup(above.Id == group.Id ? group.Slug : above.Id.ToString())),
        })]),
    };

    // Shared caches must not store content that is hidden from visitors.
    private static string CacheControl(GroupResponse group) => group.IsPublic ? "no-cache" : "private, no-store";

    private static string Name(ImageSummary image) => image.Title ?? image.FileName;

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static JsonObject Person(string name) => new() { ["@type"] = "Person", ["name"] = name };

    private static JsonObject WithAuthor(JsonObject data, SiteResponse site)
    {
        if (site.Photographer is not null)
        {
            data["author"] = Person(site.Photographer);
        }

        return Without(data);
    }

    /// <summary>Removes null properties.</summary>
    private static JsonObject Without(JsonObject data)
    {
        foreach (var name in data.Where(field => field.Value is null).Select(field => field.Key).ToList())
        {
            data.Remove(name);
        }

        return data;
    }

    private JsonObject Website(SiteResponse site) => new() { ["@type"] = "WebSite", ["name"] = site.Title, ["url"] = addresses.To("/") };

    private JsonObject Photo(ImageSummary image) => Without(new JsonObject
    {
        ["@type"] = "ImageObject",
        ["name"] = Name(image),
        ["contentUrl"] = addresses.To(image.High!.Url),
        ["thumbnailUrl"] = addresses.To(image.Low!.Url),
        ["encodingFormat"] = image.High.ContentType,
        ["width"] = image.High.Width,
        ["height"] = image.High.Height,
        ["keywords"] = image.Tags.Count == 0 ? null : string.Join(", ", image.Tags),
    });
}
