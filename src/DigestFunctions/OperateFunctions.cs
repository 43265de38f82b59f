using DigestFunctions.Core.Web.Operate;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class OperateFunctions(OperateRoom room)
{
    [Function(nameof(ShowOperate))]
    public Task<IResult> ShowOperate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operate/{*path}")] HttpRequest request) =>
        request.ReplyAsync(room.Answer);

    [Function(nameof(ActOnOperate))]
    public Task<IResult> ActOnOperate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "put", "patch", "delete", Route = "operate/{*path}")] HttpRequest request) =>
        request.ReplyAsync(room.Answer);
}
