using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Api.Errors;
using ImageHub.Api.Health;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Accounts;
using ImageHub.Application.ApiKeys;
using ImageHub.Application.Archives;
using ImageHub.Application.Backups;
using ImageHub.Application.Choices;
using ImageHub.Application.Duplicates;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Application.Imports;
using ImageHub.Application.Inventory;
using ImageHub.Application.Links;
using ImageHub.Application.Oidc;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Paging;
using ImageHub.Application.Passkeys;
using ImageHub.Application.Requests;
using ImageHub.Application.Site;
using ImageHub.Application.Storage;
using ImageHub.Application.Tags;
using ImageHub.Application.Tiers;
using ImageHub.Application.Transforms;
using ImageHub.Application.Trash;
using ImageHub.Application.Uploads;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Site;
using ImageHub.Domain.Storage;
using ImageHub.Domain.Tiers;
using ImageHub.Domain.Uploads;
using ImageHub.Domain.Webhooks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>One example of each request and response type, written by the API's serializer.</summary>
internal static class Examples
{
    private static readonly JsonSerializerOptions Json = JsonOptions();

    private static readonly Guid ParentId = Guid.Parse("01980f3a-7c1e-7a52-9d35-2f4b8c6d7e90");
    private static readonly Guid GroupId = Guid.Parse("01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80");
    private static readonly Guid ImageId = Guid.Parse("01980f3b-02aa-7c11-8e5f-6a7b8c9d0e1f");
    private static readonly Guid UserId = Guid.Parse("01980f3a-1d5e-7b10-a2c3-4d5e6f708192");
    private static readonly Guid UploadId = Guid.Parse("01980f3c-1b2c-7d3e-8f40-5a6b7c8d9e0f");
    private static readonly Guid UploadFileId = Guid.Parse("01980f3c-1b2d-7a11-9c52-3d4e5f607182");
    private static readonly Guid SecondUploadFileId = Guid.Parse("01980f3c-1b2d-7a12-8d63-4e5f60718293");
    private static readonly DateTimeOffset Time = new(2026, 5, 1, 10, 34, 56, TimeSpan.Zero);
    private static readonly ImageSummary Image = new()
    {
        Id = ImageId,
        GroupId = new(GroupId),
        FileName = "IMG_0001.jpg",
        Title = "Harbour at dawn",
        Description = null,
        Tags = ["sea"],
        Width = 6000,
        Height = 4000,
        Focus = new(0.5, 0.35),
        Placeholder = "data:image/webp;base64,UklGRjoAAABXRUJQVlA4IC4AAACwAQCdASoYABAAPxF2slEsJySisAgBgCIJZQC7ACHAAP7t2AAA",
        Low = new($"/api/v1/images/{ImageId}/low?r=1", 345, 230, 14_021, "image/jpeg") { Alternates = AlternatesOf("low", 8_402, 10_517) },
        Medium = new($"/api/v1/images/{ImageId}/medium?r=1", 720, 480, 51_307, "image/jpeg") { Alternates = AlternatesOf("medium", 28_731, 36_010) },
        High = new($"/api/v1/images/{ImageId}/high?r=1", 1400, 933, 181_733, "image/jpeg") { Alternates = AlternatesOf("high", 96_310, 112_948) },
        Large = new(new($"/api/v1/images/{ImageId}/large?r=1", 2880, 1920, 640_210, "image/jpeg") { Alternates = AlternatesOf("large", 331_205, 402_118) }),
        Full = new(new($"/api/v1/images/{ImageId}/full?r=1", 6000, 4000, 7_340_032, "image/jpeg")),
    };

    private static AlternateLink[] AlternatesOf(string rendition, long avif, long webP) =>
    [
        new($"/api/v1/images/{ImageId}/{rendition}?r=1&format=avif", avif, "image/avif"),
        new($"/api/v1/images/{ImageId}/{rendition}?r=1&format=webp", webP, "image/webp"),
    ];

    private static readonly UserResponse User = new(UserId, "ada", Role.User, Tier.PremiumId, false, 7_340_032);

    private static readonly TierResponse TierExample = new(Tier.PremiumId, "Premium", [200, 400], true, false, null, null);

    private static readonly ImageSummary Owned = Image with
    {
        GroupId = new(null),
        Low = null,
        Medium = null,
        High = null,
        Large = default,
        Full = default,
        Owner = new(UserId, "ada", $"/api/v1/users/{UserId}"),
        Links = new(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["200"] = $"/api/v1/images/{ImageId}/thumbnails/200" },
            $"/api/v1/images/{ImageId}/full?r=1",
            $"/api/v1/images/{ImageId}/original"),
    };

    private static readonly GroupResponse Group = new(GroupId, "harbour", "Harbour", "Seen from all sides.", true, 1, null, Image, Downloads.Full, false, Time, Time) { TakenFrom = new(2026, 7, 1), TakenTo = new(2026, 7, 1), Bytes = 7_413_760, Links = 1, PendingCount = 3, ParentId = ParentId, Path = [new GroupAbove(ParentId, "Travels")] };

    private static readonly ImageDetails Details = new(Image)
    {
        Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        Format = "jpeg",
        TakenAt = "2026-05-01T12:34:56+02:00",
        Camera = "Canon EOS 6D",
        Creator = "Ada Example",
        Copyright = "© 2026 Ada Example",
        Rating = new(4),
        Exposure = new("EF24-105mm f/4L IS USM", 35, 8, 0.004, 100),
        CreatedAt = Time,
        Location = new(new GeoLocation(53.5436, 9.9881)),
    };

    private const string LinkToken = "q1pXk0Zb7mU2nR5tW8yC3g";

    private static readonly Guid LinkId = new("01980f3b-02aa-7c11-8e5f-6a7b8c9d0e2f");

    private static readonly LinkResponse SharedByLink =
        new(LinkId, LinkKind.Group, GroupId, null, Time, Time.AddDays(30), 100, 3, true, true, 2, "The couple", true, 50, Downloads.High, null, true, 500, 100, 10_000_000_000);

    private static readonly Guid KeyId = new("01980f3b-02aa-7c11-8e5f-6a7b8c9d0e3f");

    private static readonly ApiKeyResponse ApiKeyExample = new(KeyId, "Camera in the studio", [KeyScope.Upload], Time.AddYears(1), Time.AddDays(1), "ada");

    private static readonly TransformKeyResponse TransformKeyExample = new(KeyId, "Shop", Time);

    private static readonly PasskeyResponse PasskeyExample = new(KeyId, "Phone", Time, Time.AddDays(1));

    private static readonly JsonElement Credential = JsonSerializer.SerializeToElement(
        new { id = "mV4s…", rawId = "mV4s…", type = "public-key", response = new { clientDataJSON = "eyJ0…" }, clientExtensionResults = new { } });

    private static readonly Guid RecordId = new("01980f3b-02aa-7c11-8e5f-6a7b8c9d0e4f");

    private static readonly ImageSummary Shared = Image.WithToken(LinkToken);

    private static readonly OneDriveItem Folder = new("01K4ZQHARBOUR7T5M2XWN8C6V3RD", "Harbour", DriveItemKind.Folder, 7_340_032, Time, Time, null);

    private static readonly Dictionary<Type, object> ByType = new()
    {
        [typeof(Welcome)] = new Welcome("ImageHub", WelcomeEndpoint.Version, "/docs"),
        [typeof(Liveness)] = new Liveness("ok"),
        [typeof(Readiness)] = new Readiness("ok", new ReadinessChecks("ok", "ok", null, null, null)),
        [typeof(Login)] = new Login("admin", "correct horse battery staple"),
        [typeof(Logout)] = new Logout("kZ3y…"),
        [typeof(RefreshSession)] = new RefreshSession("kZ3y…"),
        [typeof(TokenPair)] = new TokenPair("eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9…", "Bearer", 900, "kZ3y…"),
        [typeof(SignInMethods)] = new SignInMethods(Password: true, Passkey: true, new OidcMethod("Example")),
        [typeof(JsonElement)] = new { challenge = "zJ8cU3lBw5nO2e7RkqX1tA", timeout = 300_000 },
        [typeof(SignInByPasskey)] = new SignInByPasskey(Credential),
        [typeof(AddPasskey)] = new AddPasskey("Phone", Credential),
        [typeof(PasskeyResponse)] = PasskeyExample,
        [typeof(PasskeyList)] = new PasskeyList([PasskeyExample]),
        [typeof(OidcJoin)] = new OidcJoin("Example", Time, FollowsClaims: false, MayUsePassword: true),
        [typeof(OidcJoinUrl)] = new OidcJoinUrl("https://login.example/authorize?client_id=imagehub&response_type=code&state=CfDJ…"),
        [typeof(Me)] = new Me(UserId, "ada", Role.User, 7_340_032, TierExample),
        [typeof(ChangePassword)] = new ChangePassword("correct horse battery staple", "nine purple lamps drift"),
        [typeof(CreateUser)] = new CreateUser("ada", "correct horse battery staple", Role.User, Tier.PremiumId),
        [typeof(UpdateUser)] = new { tierId = Tier.PremiumId, isDisabled = false },
        [typeof(UserResponse)] = User,
        [typeof(Page<UserResponse>)] = PageWith(User),
        [typeof(UserNames)] = new UserNames([new NamedUser(UserId, "ada")], HasMore: false),
        [typeof(CreateTier)] = new CreateTier("Studio", [200, 800], Originals: true, QuotaBytes: 10_737_418_240),
        [typeof(UpdateTier)] = new { thumbnailHeights = (int[])[200, 800], quotaBytes = (long?)null },
        [typeof(TierResponse)] = TierExample,
        [typeof(Page<TierResponse>)] = PageWith(TierExample),
        [typeof(CreateApiKey)] = new CreateApiKey("Camera in the studio", [KeyScope.Upload], Time.AddYears(1)),
        [typeof(NewApiKey)] = new NewApiKey(KeyId, "Camera in the studio", [KeyScope.Upload], Time.AddYears(1), null, "ihk_9rV0…"),
        [typeof(ApiKeyResponse)] = ApiKeyExample,
        [typeof(Page<ApiKeyResponse>)] = PageWith(ApiKeyExample),
        [typeof(CreateTransformKey)] = new CreateTransformKey(TransformKeyExample.Name),
        [typeof(NewTransformKey)] = new NewTransformKey(KeyId, TransformKeyExample.Name, "iht_9rV0…", Time),
        [typeof(Page<TransformKeyResponse>)] = PageWith(TransformKeyExample),
        [typeof(SiteResponse)] = new SiteResponse(
            "Ada Lovelace Photography", "Harbours, mostly at dawn.", "Ada Lovelace", "I have photographed harbours for twenty years.", "ada@example.com", "#1f5f8b", [new FooterLink("Imprint", "https://ada.example/imprint"), new FooterLink("Contact", "mailto:ada@example.com")], PhotoLayout.Rows, TitleTypeface.Serif, new LogoLink("/api/v1/site/logo?r=2", 640, 160), LogoDark: null, new Watermark(ImageId, WatermarkPosition.BottomRight, 0.6, 20)),
        [typeof(UpdateSite)] = new { title = "Ada Lovelace Photography", accent = "#1f5f8b", layout = "columns", introduction = (string?)null, watermark = new { imageId = ImageId, position = "bottomRight", opacity = 0.6, widthPercent = 20 } },
        [typeof(WebManifest)] = new WebManifest { Name = "Ada Lovelace Photography", Description = "Weddings and boats.", ThemeColor = "#7a3b2e" },
        [typeof(Embedding)] = new Embedding
        {
            Type = "photo",
            Title = "Harbour at dawn",
            AuthorName = "Ada Lovelace",
            ProviderName = "Ada Lovelace Photography",
            ProviderUrl = "https://photos.example/",
            Url = $"https://photos.example/api/v1/images/{ImageId}/high?r=1",
            Width = 1400,
            Height = 933,
            ThumbnailUrl = $"https://photos.example/api/v1/images/{ImageId}/low?r=1",
            ThumbnailWidth = 345,
            ThumbnailHeight = 230,
        },
        [typeof(CreateGroup)] = new CreateGroup("Harbour", "Seen from all sides.", IsPublished: true),
        [typeof(UpdateGroup)] = new { title = "Harbour", description = (string?)null, isPublished = false, slug = "old-harbour", downloads = "high", watermark = true, parentId = (Guid?)null },
        [typeof(OrderGroups)] = new OrderGroups([GroupId], null),
        [typeof(OrderGroupImages)] = new { ids = (Guid[])[ImageId], after = (Guid?)null },
        [typeof(SetGroupMembers)] = new SetGroupMembers([new GroupMemberInput(UserId, MemberRole.Contributor)]),
        [typeof(GroupMembers)] = new GroupMembers([new GroupMemberResponse(UserId, "ada", MemberRole.Contributor)]),
        [typeof(SortGroupImages)] = new SortGroupImages(ImageSortKey.TakenAt, Descending: true),
        [typeof(GroupResponse)] = Group,
        [typeof(ImageSummary)] = Image,
        [typeof(ImageDetails)] = Details,
        [typeof(UpdateImage)] = new { title = "Harbour at dawn", tags = (string[])["sea"] },
        [typeof(BulkImages)] = new { action = "edit", ids = (Guid[])[ImageId], title = "Harbour {n}", addTags = (string[])["sea"] },
        [typeof(BulkResult)] = new BulkResult([new BulkItem(ImageId, 204)]),
        [typeof(TagList)] = new TagList([new TagCount("sea", 214), new TagCount("harbour", 97)]),
        [typeof(MonthList)] = new MonthList([new MonthCount("2026-07", 214), new MonthCount("2026-05", 97)]),
        [typeof(Page<DuplicateSet>)] = PageWith(new DuplicateSet(
            [new DuplicateImage(Image) { GroupTitle = "Harbour", CreatedAt = Time }, new DuplicateImage(Image with { Id = LinkId, FileName = "IMG_0001 (edited).jpg" }) { GroupTitle = "Best of 2026", CreatedAt = Time.AddDays(1) }], 2)),
        [typeof(KeepDuplicates)] = new KeepDuplicates([ImageId, LinkId], true),
        [typeof(StorageUse)] = new StorageUse(1, new StorageBytes(7_413_760, 7_340_032, 640_210, 181_733, 51_307, 14_021, 987_241, 0), 107_374_182_400, 1, Time, new LastBackupResponse(Time, BackupTarget.Bucket, 6, 16_628_292, 0), [new StorageMonth("2026-05", 1, 16_628_292)]),
        [typeof(Page<DamagedObjectResponse>)] = PageWith(new DamagedObjectResponse(ImageId, "IMG_0001.jpg", "full", Time)),
        [typeof(UploadReport)] = new UploadReport(
            [new UploadedImage(0, Image)],
            [new SkippedFile(1, "IMG_0001 (1).jpg", "The same file is there already, as 'IMG_0001.jpg'.", Problems.DuplicateContent.Code, ImageId)],
            [new FailedFile(2, "notes.txt", "The file is no image of an accepted format.", Problems.UnsupportedFormat.Code)]),
        [typeof(CreateUpload)] = new CreateUpload([new AnnouncedFile("IMG_0001.jpg", 7_340_032, Details.Sha256), new AnnouncedFile("IMG_0002.jpg", 6_291_456)], GroupId, NameClash.Rename),
        [typeof(AddUploadFiles)] = new AddUploadFiles([new AnnouncedFile("IMG_0003.jpg", 5_242_880, Details.Sha256)]),
        [typeof(CreatedUpload)] = new CreatedUpload(
            UploadId,
            [
                new CreatedUploadFile(0, UploadStatus.Duplicate, null, ImageId, null, null),
                new CreatedUploadFile(1, UploadStatus.Needed, TusUpload.UrlFor(UploadFileId), null, null, null),
            ]),
        [typeof(SentFiles)] = new SentFiles(
            [
                new SentFile(UploadFileId, UploadStatus.Uploaded, ImageId, null, null),
                new SentFile(SecondUploadFileId, UploadStatus.Failed, null, Problems.UnsupportedFormat.Code, "The file is no image of an accepted format."),
            ]),
        [typeof(Page<UploadReceipt>)] = PageWith(Receipt),
        [typeof(UploadDetails)] = new UploadDetails(
            Receipt,
            [
                new UploadedFile(0, "IMG_0001.jpg", 7_340_032, Details.Sha256, UploadStatus.Uploaded, ImageId, null, null),
                new UploadedFile(1, "IMG_0002.jpg", 6_291_456, null, UploadStatus.Needed, null, null, null),
            ],
            null),
        [typeof(CreateImageLink)] = new { variant = "200", expiresInSeconds = 3_600 },
        [typeof(CreateGroupLink)] = new CreateGroupLink(2_592_000, "open sesame", 100, true, "The couple", true, 50),
        [typeof(CreateArchive)] = new CreateArchive([ImageId], "high"),
        [typeof(NewArchive)] = new NewArchive($"/api/v1/archives/{LinkToken}", Time.AddMinutes(10), 1, 415_912),
        [typeof(UpdateLink)] = new { name = "The couple", expiresInSeconds = 2_592_000, password = (string?)null, downloads = "none" },
        [typeof(LinkResponse)] = SharedByLink with { Url = new Optional<string>($"/shared/{LinkToken}") },
        [typeof(NewLink)] = new NewLink(LinkId, $"/shared/{LinkToken}", Time.AddDays(30)),
        [typeof(UnlockSharedGroup)] = new UnlockSharedGroup("open sesame"),
        [typeof(SharedGroup)] = new SharedGroup("Harbour", "Seen from all sides.", 12, Shared, Time.AddDays(30), true, 50, Downloads.Full, false, new UploadsLeft(88, 9_400_000_000)),
        [typeof(Page<LinkResponse>)] = PageWith(SharedByLink),
        [typeof(ChooseFavourite)] = new ChooseFavourite("Large, for the hall"),
        [typeof(CreateGuestUpload)] = new CreateGuestUpload("Grace", [new AnnouncedFile("IMG_0001.jpg", 7_340_032)]),
        [typeof(SubmitFavourites)] = new SubmitFavourites("Grace"),
        [typeof(GuestFavourites)] = new GuestFavourites("Grace", Time, [new GuestFavourite(ImageId, "Large, for the hall")]),
        [typeof(Page<LinkChoices>)] = PageWith(new LinkChoices(LinkId, GroupId, "Harbour", 2, 1, Time)),
        [typeof(LinkFavourites)] = new { guests = new[] { new GuestChoice(UserId, "Grace", Time, [new ChosenImage(ImageId, "harbour.jpg", "Large, for the hall", GroupId)]) } },
        [typeof(RecordInventory)] = new RecordInventory([new ObservedQuantity("P-1", 12, Time), new ObservedQuantity("P-2", 0, Time)]),
        [typeof(InventoryRecordPage)] = new InventoryRecordPage([new InventoryRecordResponse(RecordId, "P-1", 12, Time)]) { Count = 1, Limit = 50, Offset = 0 },
        [typeof(InventoryHistory)] = new InventoryHistory([new InventoryPoint(Time, 9, 14, 12)]),
        [typeof(InventoryLevels)] = new InventoryLevels([new InventoryLevel("P-1", 12, Time)]),
        [typeof(OneDriveResponse)] = new OneDriveResponse(true, true, "ada@example.com", 73_014_444_032, 1_099_511_627_776),
        [typeof(OneDriveSignInUrl)] = new OneDriveSignInUrl("https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=…"),
        [typeof(OneDriveItems)] = new OneDriveItems([Folder], null),
        [typeof(OneDriveItem)] = Folder,
        [typeof(CreateOneDriveFolder)] = new CreateOneDriveFolder("Harbour"),
        [typeof(RenameOneDriveItem)] = new RenameOneDriveItem("Harbour"),
        [typeof(CreateOneDriveUploadSession)] = new CreateOneDriveUploadSession("IMG_0001.jpg"),
        [typeof(OneDriveUploadSession)] = new OneDriveUploadSession("https://upload.example/session/0b7c…", Time.AddHours(1)),
        [typeof(StartImport)] = new StartImport([Folder.Id]),
        [typeof(ImportResponse)] = new ImportResponse(
            GroupId, ImportState.Running, 40, 1_200, 38, 1, 1, [new ImportFailure("notes.jpg", Problems.UnsupportedFormat.Code, "The file is no image of an accepted format.")]),
        [typeof(Page<ListedImport>)] = PageWith(new ListedImport(GroupId, ImportState.Running, Time)),
        [typeof(Page<GroupResponse>)] = PageWith(Group),
        [typeof(Page<ImageSummary>)] = new Page<ImageSummary>([Image, Owned]) { Number = 1, PageSize = 12, TotalItems = 2, TotalPages = 1 },
        [typeof(Page<TrashItem>)] = PageWith(new TrashItem(TrashKind.Image, ImageId, GroupId, null, "IMG_0001.jpg", Time, Time.AddDays(30))),
    };

    private static UploadReceipt Receipt => new(UploadId, GroupId, Time, UploadState.Open, 2, 1, 1, 0, 0);

    /// <summary>A sidecar of Google Takeout.</summary>
    public static JsonNode? Takeout() => JsonSerializer.SerializeToNode(
        new { title = "IMG_0001.jpg", description = "Seen from the quay.", photoTakenTime = new { timestamp = "1777631696" }, geoData = new { latitude = 53.5436, longitude = 9.9881 } }, Json);

    /// <summary>A problem document with the given status.</summary>
    public static JsonNode? Problem(int status)
    {
        var problem = status switch
        {
            400 => Problems.ValidationFailed,
            401 => Problems.Unauthorized,
            403 => Problems.Forbidden,
            404 => Problems.NotFound,
            409 => Problems.DuplicateFileName,
            413 => Problems.FileTooLarge,
            410 => Problems.UploadGone,
            415 => Problems.UnsupportedMediaType,
            412 => Problems.PreconditionFailed,
            416 => Problems.RangeNotSatisfiable,
            422 => Problems.CorruptImage,
            429 => Problems.TooManyRequests,
            460 => Problems.ChecksumMismatch,
            501 => Problems.EmbedFormatNotImplemented,
            503 => Problems.DatabaseUnavailable,
            _ => Problems.Unexpected,
        };
        var errors = status == 400
            ? new Dictionary<string, string[]>(StringComparer.Ordinal) { ["pageSize"] = ["pageSize is 1000; 1 to 100 are allowed."] }
            : null;
        return JsonSerializer.SerializeToNode(
            new ProblemDocument(
                $"urn:imagehub:problem:{problem.Code}", problem.Title, problem.Status, problem.Title + ".", "/api/v1/groups", problem.Code, "0HNQ6PLKM2A4C:00000001", errors, null),
            ProblemJson.Default.ProblemDocument);
    }

    /// <summary>Adds examples to the schemas of an operation's bodies.</summary>
    public static void AddTo(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var response in context.Description.SupportedResponseTypes)
        {
            var status = response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (operation.Responses!.TryGetValue(status, out var described))
            {
                Add(described.Content, response.Type);
            }
        }

        var body = context.Description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source.Id == "Body");
        Add(operation.RequestBody?.Content, body?.Type);
    }

    private static void Add(IDictionary<string, OpenApiMediaType>? content, Type? type)
    {
        if (content is null || type is null || !ByType.TryGetValue(type, out var example))
        {
            return;
        }

        foreach (var media in content.Values)
        {
            media.Example = JsonSerializer.SerializeToNode(example, Json);
        }
    }

    private static Page<T> PageWith<T>(T item) => new([item]) { Number = 1, PageSize = 12, TotalItems = 1, TotalPages = 1 };

    /// <summary>The data of a webhook message.</summary>
    public static object WebhookData(WebhookKind kind) => kind switch
    {
        WebhookKind.FavouritesSubmitted => new FavouritesSubmitted(LinkId, GroupId, "Harbour", UserId, "Grace", 12, Time),
        WebhookKind.BatchFinished => new BatchFinished(UploadId, GroupId, 3, 2, 1, 0, Time),
        WebhookKind.GuestUploadFinished => new GuestUploadFinished(LinkId, GroupId, "Harbour", UserId, "Grace", UploadId, 3, 2, 1, 0, Time),
        WebhookKind.ImportFinished => new ImportFinished(UploadId, ImportState.Done, 3, 2, 1, 0),
        WebhookKind.ObjectLost => new ObjectLost(ImageId, GroupId, "IMG_0001.jpg", "full", Time),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>A webhook message.</summary>
    public static JsonNode? Webhook(WebhookKind kind) => JsonSerializer.SerializeToNode(new WebhookMessage<object>(UploadFileId, kind, Time, WebhookData(kind)), Json);

    private static JsonSerializerOptions JsonOptions()
    {
        var options = new JsonSerializerOptions();
        ApiJson.Configure(options);
        return options;
    }
}
