using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Requests;

/// <summary>The log lines of requests and of sign-ins.</summary>
public sealed class RequestLogTests
{
    [Fact]
    public async Task Each_request_is_one_log_line_with_its_id_route_status_duration_and_caller()
    {
        await using var hub = new ImageHubProcess { Environment = { ["Logging__Console__FormatterName"] = "json" } };
        using var admin = await hub.StartAndSignInAsync();
        using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };
        var group = await admin.CreateGroupAsync();
        var image = await admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
        var shared = (await admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
        using var program = new HttpClient { BaseAddress = admin.BaseAddress };
        program.DefaultRequestHeaders.Add("X-API-Key", await admin.CreateKeyAsync("read"));

        await ExpectAsync(visitor.GetAsync($"/api/v1/images/{image}/low?r=1"), "GET", "/api/v1/images/{id:guid}/low", 200, "visitor");
        await ExpectAsync(visitor.GetAsync($"/api/v1/images/{image}/low?r=1"), "GET", "/api/v1/images/{id:guid}/low", 200, "visitor");
        await ExpectAsync(visitor.GetAsync($"/api/v1/images/{group}"), "GET", "/api/v1/images/{id:guid}", 404, "visitor");
        await ExpectAsync(visitor.GetAsync("/api/v1/users"), "GET", "/api/v1/users", 401, "visitor");
        await ExpectAsync(visitor.GetAsync($"/api/v1{shared}"), "GET", "/api/v1/shared/{token}", 200, "guest");
        await ExpectAsync(visitor.GetAsync(shared), "GET", "/shared/{token}", 200, "guest");
        await ExpectAsync(program.GetAsync("/api/v1/groups"), "GET", "/api/v1/groups", 200, "key");
        await ExpectAsync(admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "" }), "PATCH", "/api/v1/groups/{id:guid}", 400, "admin");
        await ExpectAsync(visitor.GetAsync("/nowhere/at/all.txt"), "GET", "(no route)", 404, "visitor");

        async Task ExpectAsync(Task<HttpResponseMessage> answering, string method, string route, int status, string caller)
        {
            using var answer = await answering;
            var id = answer.Headers.GetValues("X-Request-Id").Single();
            ((int)answer.StatusCode).ShouldBe(status);
            var line = JsonSerializer.Deserialize<JsonElement>(await hub.LineAsync($"request {id}\""));
            line.Text("Category").ShouldBe("ImageHub.Api.Requests.RequestLog");
            var state = line.GetProperty("State");
            (state.Text("Method"), state.Text("Route"), state.GetProperty("Status").GetInt32(), state.Text("Caller")).ShouldBe((method, route, status, caller));
            state.GetProperty("Milliseconds").GetInt32().ShouldBeInRange(0, 60_000, line.ToString());
            line.ToString().ShouldNotContain(shared.Split('/')[^1]);
        }
    }

    [Fact]
    public async Task Sign_ins_and_wrong_passwords_are_logged_with_the_account_and_the_address()
    {
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };
        var id = (await admin.GetAsync("/api/v1/auth/me").JsonAsync()).Id();

        await visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = ImageHubServer.AdminName, password = "a wrong password" }).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
        await visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "typed.into.the.wrong.field", password = "a wrong password" }).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");

        await hub.LineAsync($"Account {id} has signed in by Password from 127.0.0.1");
        await hub.LineAsync($"A password or passkey from 127.0.0.1 was wrong, for account {id}");
        await hub.LineAsync("A password or passkey from 127.0.0.1 was wrong, for account (none)");
        hub.Output.ShouldNotContain("typed.into.the.wrong.field");
    }
}
