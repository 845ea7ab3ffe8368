using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Domain.Tiers;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.Accounts;

public sealed class UserTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Users = "/api/v1/users";
    private const string Me = "/api/v1/auth/me";
    private const string NewPassword = "three odd kettles sing";

    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(postgres);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_new_user_gets_the_basic_tier_can_sign_in_and_is_listed()
    {
        var user = await server.Admin.PostAsJsonAsync(Users, new { userName = "Ada.L", password = ImageHubServer.UserPassword }).JsonAsync(HttpStatusCode.Created);

        user.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "userName", "role", "tierId", "isDisabled", "usedBytes"]);
        (user.Text("role"), user.Id("tierId"), user.GetProperty("usedBytes").GetInt64()).ShouldBe(("user", Tier.BasicId, 0L));
        using var ada = await server.SignInAsync("ADA.l", ImageHubServer.UserPassword);
        var me = await ada.GetAsync(Me).JsonAsync();
        me.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "userName", "role", "usedBytes", "tier"]);
        (me.Text("role"), me.GetProperty("usedBytes").GetInt64()).ShouldBe(("user", 0L));
        me.GetProperty("tier").EnumerateObject().Select(field => field.Name)
            .ShouldBe(["id", "name", "thumbnailHeights", "originals", "expiringLinks", "quotaBytes", "maxFileBytes"]);
        me.GetProperty("tier").Text("name").ShouldBe("Basic");
        await ada.GetAsync(Users).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        (await server.Admin.GetAsync(Users).JsonAsync()).Items().Select(row => row.Text("userName")).ShouldBe(["Ada.L", "admin"]);
    }

    [Fact]
    public async Task An_account_is_visible_to_its_user_and_to_admins_and_unknown_to_other_users()
    {
        var (ada, bob) = (await server.Admin.CreateUserAsync("ada"), await server.Admin.CreateUserAsync("bob"));
        using var asAda = await server.SignInAsync("ada", ImageHubServer.UserPassword);

        (await asAda.GetAsync($"{Users}/{ada}").JsonAsync()).Id("tierId").ShouldBe(Tier.BasicId);
        await asAda.GetAsync($"{Users}/{bob}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await server.Admin.GetAsync($"{Users}/{bob}").JsonAsync()).Text("userName").ShouldBe("bob");
        await server.Visitor.GetAsync($"{Users}/{ada}").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_password_has_at_most_72_bytes_of_utf8()
    {
        await CreateAsync("short", string.Concat(Enumerable.Repeat("šđžč", 9))).StatusAsync(HttpStatusCode.Created);
        await CreateAsync("long", string.Concat(Enumerable.Repeat("šđžč", 9)) + "x").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        Task<HttpResponseMessage> CreateAsync(string userName, string password) => server.Admin.PostAsJsonAsync(Users, new { userName, password });
    }

    [Fact]
    public async Task User_names_that_differ_only_in_case_are_the_same()
    {
        var ada = await server.Admin.CreateUserAsync("ada");

        await server.Admin.PostAsJsonAsync(Users, new { userName = "ADA", password = ImageHubServer.UserPassword }).ProblemAsync(HttpStatusCode.Conflict, "duplicateUserName");
        await server.Admin.PatchAsJsonAsync($"{Users}/{ada}", new { userName = "Admin" }).ProblemAsync(HttpStatusCode.Conflict, "duplicateUserName");
        (await server.Admin.PatchAsJsonAsync($"{Users}/{ada}", new { userName = "Ada" }).JsonAsync()).Text("userName").ShouldBe("Ada");
    }

    [Fact]
    public async Task A_changed_tier_or_role_applies_to_the_very_next_request()
    {
        var id = await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);

        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { tierId = Tier.PremiumId }).StatusAsync(HttpStatusCode.OK);
        (await ada.GetAsync(Me).JsonAsync()).GetProperty("tier").Text("name").ShouldBe("Premium");

        // The user sees the smaller of the two limits: the server's is 50 MiB.
        await server.Admin.PatchAsJsonAsync($"/api/v1/tiers/{Tier.PremiumId}", new { maxFileBytes = 60_000_000 }).StatusAsync(HttpStatusCode.OK);
        (await ada.GetAsync(Me).JsonAsync()).GetProperty("tier").GetProperty("maxFileBytes").GetInt64().ShouldBe(52_428_800);
        await server.Admin.PatchAsJsonAsync($"/api/v1/tiers/{Tier.PremiumId}", new { maxFileBytes = 1_000_000 }).StatusAsync(HttpStatusCode.OK);
        (await ada.GetAsync(Me).JsonAsync()).GetProperty("tier").GetProperty("maxFileBytes").GetInt64().ShouldBe(1_000_000);

        var promoted = await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { role = "admin" }).JsonAsync();
        promoted.GetProperty("tierId").ValueKind.ShouldBe(JsonValueKind.Null);
        await ada.GetAsync(Users).StatusAsync(HttpStatusCode.OK);

        (await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { role = "user" }).JsonAsync()).Id("tierId").ShouldBe(Tier.BasicId);
        await ada.GetAsync(Users).StatusAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Disabling_an_account_or_changing_its_password_ends_all_its_sessions_at_once()
    {
        var id = await server.Admin.CreateUserAsync("ada");
        using var first = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { password = NewPassword }).StatusAsync(HttpStatusCode.OK);
        await first.GetAsync(Me).StatusAsync(HttpStatusCode.Unauthorized);

        using var second = await server.SignInAsync("ada", NewPassword);
        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK);
        await second.GetAsync(Me).StatusAsync(HttpStatusCode.Unauthorized);
        await LoginAsync("ada", NewPassword).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");

        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { isDisabled = false }).StatusAsync(HttpStatusCode.OK);
        await second.GetAsync(Me).StatusAsync(HttpStatusCode.Unauthorized);
        await LoginAsync("ada", NewPassword).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_user_who_changes_the_password_keeps_only_the_current_session()
    {
        await server.Admin.CreateUserAsync("ada");
        using var here = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        using var elsewhere = await server.SignInAsync("ada", ImageHubServer.UserPassword);

        foreach (var (current, chosen, field) in (ValueTuple<string, string, string>[])[("wrong", NewPassword, "currentPassword"), (ImageHubServer.UserPassword, "password1234", "newPassword")])
        {
            var problem = await ChangeAsync(here, current, chosen).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe(field);
        }

        await ChangeAsync(here, ImageHubServer.UserPassword, NewPassword).StatusAsync(HttpStatusCode.NoContent);

        await here.GetAsync(Me).StatusAsync(HttpStatusCode.OK);
        await elsewhere.GetAsync(Me).StatusAsync(HttpStatusCode.Unauthorized);
        await LoginAsync("ada", ImageHubServer.UserPassword).StatusAsync(HttpStatusCode.Unauthorized);
        await LoginAsync("ada", NewPassword).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Wrong_guesses_of_the_current_password_count_as_failed_sign_ins()
    {
        await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        for (var i = 0; i < 10; i++)
        {
            await ChangeAsync(ada, $"guess {i}", NewPassword).StatusAsync(HttpStatusCode.BadRequest);
        }

        await ChangeAsync(ada, ImageHubServer.UserPassword, NewPassword).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        await LoginAsync("ada", ImageHubServer.UserPassword).StatusAsync(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task The_last_admin_cannot_be_removed_or_demoted()
    {
        var admin = (await server.Admin.GetAsync(Me).JsonAsync()).Id();

        await server.Admin.DeleteAsync($"{Users}/{admin}").ProblemAsync(HttpStatusCode.Conflict, "lastAdmin");
        await server.Admin.PatchAsJsonAsync($"{Users}/{admin}", new { role = "user" }).ProblemAsync(HttpStatusCode.Conflict, "lastAdmin");
        await server.Admin.PatchAsJsonAsync($"{Users}/{admin}", new { isDisabled = true }).ProblemAsync(HttpStatusCode.Conflict, "lastAdmin");
        await server.Admin.GetAsync(Me).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task When_two_admins_demote_each_other_at_once_one_admin_is_left()
    {
        var first = (await server.Admin.GetAsync(Me).JsonAsync()).Id();
        var body = new { userName = "second", password = ImageHubServer.UserPassword, role = "admin" };
        var second = (await server.Admin.PostAsJsonAsync(Users, body).JsonAsync(HttpStatusCode.Created)).Id();
        using var other = await server.SignInAsync("second", ImageHubServer.UserPassword);
        for (var round = 0; round < 20; round++)
        {
            var statuses = await Task.WhenAll(ChangeAsync(server.Admin, second, "user"), ChangeAsync(other, first, "user"));

            statuses.Count(status => status == HttpStatusCode.OK).ShouldBe(1);
            var (winner, loser) = statuses[0] == HttpStatusCode.OK ? (server.Admin, second) : (other, first);
            (await ChangeAsync(winner, loser, "admin")).ShouldBe(HttpStatusCode.OK);
        }

        static async Task<HttpStatusCode> ChangeAsync(HttpClient admin, Guid id, string role)
        {
            using var answer = await admin.PatchAsJsonAsync($"{Users}/{id}", new { role });
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Deleting_a_user_ends_their_sessions_and_frees_the_name()
    {
        var id = await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);

        await server.Admin.DeleteAsync($"{Users}/{id}").StatusAsync(HttpStatusCode.NoContent);

        await ada.GetAsync(Me).StatusAsync(HttpStatusCode.Unauthorized);
        await server.Admin.GetAsync($"{Users}/{id}").StatusAsync(HttpStatusCode.NotFound);
        await server.Admin.CreateUserAsync("ada");
    }

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string currentPassword, string newPassword) =>
        client.PutAsJsonAsync("/api/v1/me/password", new { currentPassword, newPassword });

    private Task<HttpResponseMessage> LoginAsync(string userName, string password) =>
        server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName, password });
}
