using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.Calls;

/// <summary>A caller with its credentials.</summary>
/// <param name="Name">The caller's name.</param>
/// <param name="Headers">The credentials.</param>
internal sealed record Caller(string Name, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <summary>The callers of a run. Generated calls end sessions, disable accounts and delete keys; <see cref="RenewAsync"/> creates new callers.</summary>
internal sealed class Cast(Uri server, IdPool pool)
{
    /// <summary>The scopes of each API key.</summary>
    private static readonly string[][] KeyScopes = [["upload"], ["admin"]];

    private volatile Caller[] callers = [new("visitor", [])];
    private int generation;

    /// <summary>The admin.</summary>
    public Caller Admin => callers[0];

    /// <summary>Picks a caller, the admin most often, because most operations are for admins.</summary>
    public Caller Pick(Random random)
    {
        var choice = random.Next(2 * callers.Length);
        return choice < callers.Length ? callers[choice] : callers[0];
    }

    /// <summary>Signs in the admin, and creates a user, an editor, keys, and a group with images and a shared link.</summary>
    public async Task RenewAsync()
    {
        // The calls also count towards the rate limits of the admin's account.
        using var admin = new HttpClient(new RetryAfterHandler()) { BaseAddress = server };
        await ImageHubProcess.SignInAsync(admin);
        var me = await admin.GetAsync("/api/v1/auth/me").JsonAsync();
        pool.Reserved.Add(me.Text("id")!);
        var number = ++generation;
        var (user, editor) = ($"calls-user-{number}", $"calls-editor-{number}");
        await admin.CreateUserAsync(user);
        await admin.CreateEditorAsync(editor);
        var group = await admin.CreateGroupAsync($"Calls {number}");
        pool.Add("groups", group.ToString());
        var link = await admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created);
        for (var picture = 0; picture < 3; picture++)
        {
            pool.Add("images", (await admin.AddImageAsync(group, $"{number}-{picture}.png", TestImages.Png(24, 16, (10 * number) + picture))).ToString());
            pool.Add("fileNames", $"{number}-{picture}.png");
        }

        pool.Add("shared", link.Text("url")!.Split('/')[^1]);
        var keys = new List<Caller>();
        foreach (var scopes in KeyScopes)
        {
            keys.Add(new($"key {scopes[0]}", [KeyValuePair.Create("X-API-Key", await admin.CreateKeyAsync(scopes))]));
        }

        var token = admin.DefaultRequestHeaders.Authorization!.Parameter!;
        callers =
        [
            new("admin", [Bearer(token)]),
            new("visitor", []),
            new("user", [Bearer(await SignInAsync(user))]),
            new("editor", [Bearer(await SignInAsync(editor))]),
            .. keys,
            new("admin by cookie", [KeyValuePair.Create("Cookie", $"imagehub_access={token}")]),
        ];
    }

    private async Task<string> SignInAsync(string userName)
    {
        using var client = new HttpClient { BaseAddress = server };
        return (await client.PostAsJsonAsync("/api/v1/auth/login", new { userName, password = ImageHubServer.UserPassword }).JsonAsync()).Text("accessToken")!;
    }

    private static KeyValuePair<string, string> Bearer(string token) => KeyValuePair.Create("Authorization", $"Bearer {token}");
}
